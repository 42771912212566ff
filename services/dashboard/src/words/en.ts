/** Every text of the page in English; the other languages have exactly these keys. `f` is a number already written out. */
export const en = {
  code: 'en',
  /** For numbers and dates. */
  locale: 'en-GB',
  language: 'English',
  name: 'Commonstream',
  tagline: 'What the city’s sensors count, as it may be published',
  skip: 'Skip to the figures',

  head: {
    streams: 'What is measured',
    view: 'Whose view',
    public: 'As the public sees it',
    publicShort: 'Public',
    internal: 'As operations sees it',
    internalShort: 'Operations',
    language: 'Language',
    theme: 'Colours',
    auto: 'Auto',
    light: 'Light',
    dark: 'Dark',
  },

  /** What is counted, by the last word of the observed property's address. `f` is the number as it is written. */
  nouns: {
    peopleCount: (n: number, f: string) => `${f} ${n === 1 ? 'person' : 'people'}`,
    vehicleCount: (n: number, f: string) => `${f} ${n === 1 ? 'vehicle' : 'vehicles'}`,
  } as Record<string, (n: number, f: string) => string>,

  /** The same without a number, as a heading. */
  things: { peopleCount: 'People', vehicleCount: 'Vehicles' } as Record<string, string>,

  answer: {
    count: (sensor: string, amount: string, span: string) => `${sensor}: ${amount} ${span}`,
    gauge: (sensor: string, what: string, amount: string, when: string) => `${sensor}: ${what} ${amount}, ${when}`,
    few: (sensor: string, few: string, span: string) => `${sensor}: fewer than about ${few}, or too uncertain to show, ${span}`,
    unknown: (sensor: string) => `${sensor}: nothing is known`,
    unknownSpan: (sensor: string, span: string) => `${sensor}: nothing is known ${span}`,
    between: (span: string) => `between ${span.replace('–', ' and ')}`,
    at: (moment: string) => `as of ${moment}`,
    noneHigher: (of: string) => `None of the ${of} sensors with a figure has a higher one.`,
    highest: (of: string) => `The highest of the ${of} sensors with a figure.`,
    lowest: (of: string) => `None of the ${of} sensors with a figure has a lower one.`,
    rank: (below: string, of: string) => `Higher than ${below} of the ${of} other sensors with a figure.`,
    average: (amount: string, sensors: string) => `The average of all ${sensors} sensors is ${amount}.`,
    noise: (f: string) => `Give or take ${f}: chance is added to protect each person.`,
    hidden: (hidden: string) => `${hidden} not shown: too few, or too uncertain.`,
    why: 'Why?',
    empty: 'No sensor is registered for this stream.',
  },

  fresh: {
    label: 'Age and completeness',
    final: (moment: string, age: string) => `Final up to ${moment} (${age})`,
    newest: (moment: string, age: string) => `Newest figure of ${moment} (${age})`,
    never: 'Nothing is final yet',
    heard: (n: string, all: string) => `${n} of ${all} sensors heard`,
    known: (n: string, all: string) => `${n} of ${all} sensors with a figure`,
    shown: (n: string, all: string) => `${n} of ${all} sensors shown`,
  },

  /** `day`: the date of the city's clock. */
  replay: (day: string, speed: string) => `Replay of ${day} at ${speed}×. This is not the present.`,
  internalNote: 'Operations’ view: unprotected figures of the last 24 hours. Not for publication.',
  internalOpen: 'Operations’ view. The figures of this stream are the same for everybody.',

  /** A stream that is not taken in; `day`: since when. */
  gate: {
    states: {
      missing: () => 'This stream has no approved privacy assessment: nothing is taken in.',
      not_yet: () => 'The approval of this stream is not in force yet: nothing is taken in.',
      expired: (day) => `The privacy assessment of this stream was not reviewed in time: nothing is taken in since ${day}.`,
      withdrawn: (day) => `The approval of this stream was withdrawn: nothing is taken in since ${day}.`,
    } as Record<string, (day: string) => string>,
    before: 'What you see is from before.',
    decisions: 'Who decided what',
  },

  away: {
    service: (lasting: string, moment: string) =>
      `The data service has not answered for ${lasting}. What you see is what it said last, as of ${moment}.`,
    never: 'The data service does not answer. The page keeps trying.',
    store: (reason: string) => `The store of figures is away: ${reason}. What you see is what it said last.`,
    busy: 'The data service asks us to wait. The page tries again by itself.',
    refused: 'The token is not accepted (any more).',
    offline: 'This device is offline. What you see is what was loaded last.',
    bad: (reason: string) => `The data service refused a question of this page: ${reason}`,
  },

  loading: 'Loading the figures …',

  map: {
    title: 'Where',
    label: (n: string) => `Map of ${n} sensors. The list of sensors has the same figures.`,
    legend: 'How to read the circles',
    zero: 'zero',
    suppressed: 'not shown: few or uncertain',
    unknown: 'not known',
    size: 'Area and colour: the newest figure',
    placeless: (n: number, f: string) => (n === 1 ? `${f} sensor without a known place` : `${f} sensors without a known place`),
    metres: (f: string) => `${f} m`,
    kilometres: (f: string) => `${f} km`,
  },

  list: {
    title: 'Sensors',
    find: 'Find a sensor',
    none: 'No sensor has this name.',
    sensor: 'Sensor',
    heard: 'When',
    sortBy: (column: string) => `Sort by ${column}`,
    caption: 'The same figures as on the map',
  },

  state: {
    suppressed: (group: string) => `fewer than about ${group}, or too uncertain`,
    suppressedShort: 'not shown',
    unknown: 'not known',
    partial: (figure: string) => `${figure} (not complete)`,
  },

  curve: {
    othersShort: 'average',
    label: (sensor: string, from: string, to: string, shown: string, all: string) =>
      `Curve of ${sensor} from ${from} to ${to}: ${shown} of ${all} intervals have a figure. The table below has them all.`,
    average: (sensors: string) => `average of ${sensors} sensors`,
    averageBand: (sensors: string) => `average of ${sensors} sensors, from the lowest to the highest`,
    noise: 'with the room that chance leaves',
    few: 'too few or too uncertain to show',
    gap: 'not known',
    range: 'Stretch of time',
    day: 'Day',
    week: '7 days',
    month: '30 days',
    measure: 'Figure',
    total: 'Both directions',
    earlier: 'Earlier',
    later: 'Later',
    empty: 'No figure in this stretch of time.',
    allFew: 'Every figure in this stretch of time is too small or too uncertain to show.',
    each: (what: string, step: string) => `${what} in each ${step}`,
    zone: (zone: string) => `local time (${zone})`,
    pick: 'Point at the curve to read a single figure.',
  },

  table: {
    show: 'Show as a table',
    caption: (sensor: string) => `${sensor}: every interval`,
    when: 'When',
    noise: 'Give or take',
    others: 'Average of all',
    reporting: 'Sensors heard',
    of: (n: string, all: string) => `${n} of ${all}`,
  },

  source: {
    download: 'Download as CSV',
    others: 'Average as CSV',
    data: 'Data set',
    link: 'Copy link to this view',
    copied: 'Link copied',
    by: (organisation: string) => `Source: ${organisation}`,
    licence: 'Licence',
    none: 'Not published under a licence',
    failed: 'The download failed. Try again.',
  },

  alerts: {
    title: 'Alerts',
    none: 'No alert is firing.',
    count: (n: number, f: string) => (n === 1 ? `${f} alert is firing` : `${f} alerts are firing`),
    since: (time: string, age: string) => `since ${time}, ${age}`,
    severity: { info: 'for information', warning: 'warning', critical: 'critical' } as Record<string, string>,
    show: (subject: string) => `Show ${subject}`,
    acknowledge: 'Take it on',
    by: 'Your name',
    send: 'Take it on',
    acknowledged: (by: string, time: string) => `Taken on by ${by}, ${time}`,
    failed: 'That did not go through. Try again.',
  },

  parts: {
    title: 'How the system is',
    fine: 'Everything works.',
    silent: 'Not known while the data service does not answer.',
    some: (n: number, f: string) => (n === 1 ? `${f} part does not work` : `${f} parts do not work`),
    sinceTime: (time: string) => `since ${time}`,
    states: { starting: 'starts', waiting: 'waits', failed: 'failed', stopped: 'stopped' } as Record<string, string>,
  },

  why: {
    title: 'Why are some figures not shown?',
    intro: 'A count of very few could point to a single person, for example the one who walks home by the same street every night.',
    noise: (epsilon: string) =>
      `So a little chance is added to every published count (differential privacy, ε = ${epsilon} for each passage): nobody can tell from it whether one person was there.`,
    threshold: (group: string) =>
      `A count that is then fewer than about ${group}, or too uncertain to tell, is not shown. That is not zero, and it is not unknown: it was counted, and it stays inside.`,
    night:
      'At night most streets are that quiet, so most figures are not shown. The average of all sensors and longer stretches of time are more certain and stay visible.',
    openTitle: 'Is anything held back?',
    open: 'No. This stream counts no people. Nothing is added to its figures and nothing is held back.',
    internal: 'Operations may see the unprotected figures of the last 24 hours, because crews need them; they are not published.',
  },

  token: {
    title: 'Operations’ view',
    explain: 'Unprotected figures are for the city’s operations. The token stays in this tab and is forgotten when it is closed.',
    field: 'Token',
    enter: 'Show',
    cancel: 'Cancel',
    forget: 'Forget the token',
    refused: 'This token is not accepted.',
  },

  time: {
    now: 'just now',
  },
}

export type Words = typeof en
