#!/bin/sh
# Brings what tests need from Debian: a browser, an MQTT broker, two MQTT clients that are not ours, and curl.
# Without an argument it installs; with --if-missing only what is not there, and where it may not, it says what to do.
packages="chromium curl mosquitto mosquitto-clients python3-paho-mqtt"

have() {
  PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$1" >/dev/null
}

all_there() {
  { [ -n "$CITY_CHROMIUM" ] || have chromium; } &&
    { [ -n "$CITY_MOSQUITTO" ] || have mosquitto; } &&
    have mosquitto_pub &&
    have curl &&
    { /usr/bin/python3 -c 'import paho.mqtt.client' 2>/dev/null || python3 -c 'import paho.mqtt.client' 2>/dev/null; }
}

# The package mosquitto starts a broker on the bridge's port: while we install, no service is started.
install() {
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    trap 'rm -f $policy' EXIT
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
  fi
  export DEBIAN_FRONTEND=noninteractive
  had_broker=$(have mosquitto && echo yes)
  # shellcheck disable=SC2086
  apt-get update -q && apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=600 $packages || return 1
  # Nor at the next start of the machine, unless it was somebody's broker before.
  if [ -z "$had_broker" ] && command -v systemctl >/dev/null; then systemctl --quiet disable mosquitto.service; fi
}

if [ "$1" = --if-missing ] && all_there; then exit 0; fi
if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
  echo "Tests need chromium, curl, mosquitto, mosquitto_pub and Python's paho-mqtt. On Debian, as root: make debian (elsewhere: put them on PATH, or name them in CITY_CHROMIUM and CITY_MOSQUITTO)" >&2
  exit 1
fi

# Two clones may come here at once.
if command -v flock >/dev/null && [ -z "$CITY_DEBIAN_LOCKED" ]; then
  CITY_DEBIAN_LOCKED=1 exec flock /var/lock/commonstream-debian "$0" "$@"
fi
install
