/** What `--help` prints. */
export const HELP = `The fleet: sends the shipped data of cities, or what simulated sensors say, to the bridge over MQTT.

  main.ts replay [options]      send the shipped data on the city's clock (CITY_CLOCK)
  main.ts simulate [options]    send what N simulated sensors say, live

Both
  --stream NAME        the stream; replay: may be given several times, default every stream with shipped data
  --seed N             chooses everything that is random (default 1)
  --duplicates SHARE   this share of messages is sent twice, 0 to 1 (default 0)
  --fast               as fast as the bridge acknowledges, whatever the clock says
  --url URL            the bridge (default mqtt://CITY_MQTT_HOST:CITY_MQTT_PORT)
  --timeout SECONDS    give up when nothing was acknowledged for so long (default 120)

replay
  --shuffle MINUTES    each message comes late by up to so many minutes (default 0; keep it below the contract's lateness)
  --hold FROM..TO      sensors keep their readings back between two instants (RFC 3339), then send them; may be repeated
  --limit N            only the first N rows of each stream

simulate
  --sensors N          how many sensors; the contract's come first (default: the contract's)
  --rate R             readings per second of all sensors together (default: one per sensor and its interval)
  --disorder SHARE     this share of readings is sent late (default 0) ...
  --late SECONDS       ... by up to so long (default 60)
  --hold SHARE         this share of sensors holds its readings back for half of every minute (default 0)
  --fast-clocks SHARE  this share of sensors has a clock that is ahead, by ten minutes to a year (default 0)
  --seconds S          stop after so long (default: never)
  --connections C      MQTT connections (default 4)

Ends with 0 when everything is acknowledged, 1 when not, 2 when the options make no sense.
The environment (CITY_MQTT_HOST, CITY_MQTT_PORT, CITY_PORT_OFFSET, CITY_SCHEMAS, CITY_CLOCK, CITY_CLOCK_ORIGIN) is explained in docs/architecture.md.
`
