import type { Words } from './en.ts'

/** The same texts in German. */
export const de: Words = {
  code: 'de',
  locale: 'de-DE',
  language: 'Deutsch',
  name: 'Commonstream',
  tagline: 'Was die Sensoren der Stadt zählen, so weit es veröffentlicht werden darf',
  skip: 'Zu den Zahlen springen',

  head: {
    streams: 'Was gemessen wird',
    view: 'Wessen Sicht',
    public: 'Wie die Öffentlichkeit es sieht',
    publicShort: 'Öffentlich',
    internal: 'Wie der Betrieb es sieht',
    internalShort: 'Betrieb',
    language: 'Sprache',
    theme: 'Farben',
    auto: 'Auto',
    light: 'Hell',
    dark: 'Dunkel',
  },

  nouns: {
    peopleCount: (n, f) => `${f} ${n === 1 ? 'Person' : 'Personen'}`,
    vehicleCount: (n, f) => `${f} ${n === 1 ? 'Fahrzeug' : 'Fahrzeuge'}`,
  },

  things: { peopleCount: 'Personen', vehicleCount: 'Fahrzeuge' },

  answer: {
    count: (sensor, amount, span) => `${sensor}: ${amount} ${span}`,
    gauge: (sensor, what, amount, when) => `${sensor}: ${what} ${amount}, ${when}`,
    few: (sensor, few, span) => `${sensor}: weniger als etwa ${few} oder zu unsicher, ${span}`,
    unknown: (sensor) => `${sensor}: nichts bekannt`,
    unknownSpan: (sensor, span) => `${sensor}: nichts bekannt ${span}`,
    between: (span) => `zwischen ${span.replace('–', ' und ')} Uhr`,
    at: (moment) => `Stand ${moment}`,
    noneHigher: (of) => `Keiner der ${of} Sensoren mit einer Zahl hat eine höhere.`,
    highest: (of) => `Der höchste der ${of} Sensoren mit einer Zahl.`,
    lowest: (of) => `Keiner der ${of} Sensoren mit einer Zahl hat eine niedrigere.`,
    rank: (below, of) => `Höher als ${below} der ${of} anderen Sensoren mit einer Zahl.`,
    average: (amount, sensors) => `Im Durchschnitt aller ${sensors} Sensoren: ${amount}.`,
    noise: (f) => `Auf etwa ${f} genau: etwas Zufall schützt jede einzelne Person.`,
    hidden: (hidden) => `${hidden} nicht gezeigt: zu wenige oder zu unsicher.`,
    why: 'Warum?',
    empty: 'Für diesen Datenstrom ist kein Sensor registriert.',
  },

  fresh: {
    label: 'Alter und Vollständigkeit',
    final: (moment, age) => `Endgültig bis ${moment} (${age})`,
    newest: (moment, age) => `Neueste Zahl von ${moment} (${age})`,
    never: 'Noch ist nichts endgültig',
    heard: (n, all) => `${n} von ${all} Sensoren gehört`,
    known: (n, all) => `${n} von ${all} Sensoren mit einer Zahl`,
    shown: (n, all) => `${n} von ${all} Sensoren gezeigt`,
  },

  replay: (day, speed) => `Wiedergabe des ${day} mit ${speed}-facher Geschwindigkeit. Das ist nicht die Gegenwart.`,
  internalNote: 'Sicht des Betriebs: ungeschützte Zahlen der letzten 24 Stunden. Nicht zur Veröffentlichung.',
  internalOpen: 'Sicht des Betriebs. Die Zahlen dieses Datenstroms sind für alle dieselben.',

  gate: {
    states: {
      missing: () => 'Für diesen Datenstrom ist keine Datenschutz-Folgenabschätzung genehmigt: Es wird nichts angenommen.',
      not_yet: () => 'Die Genehmigung dieses Datenstroms gilt noch nicht: Es wird nichts angenommen.',
      expired: (day) =>
        `Die Datenschutz-Folgenabschätzung dieses Datenstroms wurde nicht rechtzeitig überprüft: Seit ${day} wird nichts angenommen.`,
      withdrawn: (day) => `Die Genehmigung dieses Datenstroms wurde zurückgezogen: Seit ${day} wird nichts angenommen.`,
    },
    before: 'Was Sie sehen, ist von vorher.',
    decisions: 'Wer was entschieden hat',
  },

  away: {
    service: (lasting, moment) =>
      `Der Datendienst antwortet seit ${lasting} nicht. Zu sehen ist, was er zuletzt gesagt hat, Stand ${moment}.`,
    never: 'Der Datendienst antwortet nicht. Die Seite versucht es weiter.',
    store: (reason) => `Der Speicher der Zahlen ist nicht erreichbar: ${reason}. Zu sehen ist, was zuletzt bekannt war.`,
    busy: 'Der Datendienst bittet um Geduld. Die Seite versucht es von selbst wieder.',
    refused: 'Das Token gilt nicht (mehr).',
    offline: 'Dieses Gerät ist offline. Zu sehen ist, was zuletzt geladen wurde.',
    bad: (reason) => `Der Datendienst hat eine Frage dieser Seite abgelehnt: ${reason}`,
  },

  loading: 'Die Zahlen werden geladen …',

  map: {
    title: 'Wo',
    label: (n) => `Karte von ${n} Sensoren. Die Liste der Sensoren hat dieselben Zahlen.`,
    legend: 'Was die Kreise bedeuten',
    zero: 'null',
    suppressed: 'nicht gezeigt: wenige oder unsicher',
    unknown: 'nicht bekannt',
    size: 'Fläche und Farbe: die neueste Zahl',
    placeless: (n, f) => (n === 1 ? `${f} Sensor ohne bekannten Ort` : `${f} Sensoren ohne bekannten Ort`),
    metres: (f) => `${f} m`,
    kilometres: (f) => `${f} km`,
  },

  list: {
    title: 'Sensoren',
    find: 'Sensor finden',
    none: 'Kein Sensor heißt so.',
    sensor: 'Sensor',
    heard: 'Wann',
    sortBy: (column) => `Nach ${column} sortieren`,
    caption: 'Dieselben Zahlen wie auf der Karte',
  },

  state: {
    suppressed: (group) => `weniger als etwa ${group} oder zu unsicher`,
    suppressedShort: 'nicht gezeigt',
    unknown: 'nicht bekannt',
    partial: (figure) => `${figure} (unvollständig)`,
  },

  curve: {
    othersShort: 'Durchschnitt',
    label: (sensor, from, to, shown, all) =>
      `Kurve von ${sensor} von ${from} bis ${to}: ${shown} von ${all} Abschnitten haben eine Zahl. Die Tabelle darunter hat alle.`,
    average: (sensors) => `Durchschnitt von ${sensors} Sensoren`,
    averageBand: (sensors) => `Durchschnitt von ${sensors} Sensoren, vom niedrigsten zum höchsten`,
    noise: 'mit dem Spielraum des Zufalls',
    few: 'zu wenige oder zu unsicher',
    gap: 'nicht bekannt',
    range: 'Zeitraum',
    day: 'Tag',
    week: '7 Tage',
    month: '30 Tage',
    measure: 'Zahl',
    total: 'Beide Richtungen',
    earlier: 'Früher',
    later: 'Später',
    empty: 'Keine Zahl in diesem Zeitraum.',
    allFew: 'Jede Zahl in diesem Zeitraum ist zu klein oder zu unsicher.',
    each: (what, step) => `${what} je ${step}`,
    zone: (zone) => `Ortszeit (${zone})`,
    pick: 'Auf die Kurve zeigen, um eine einzelne Zahl zu lesen.',
  },

  table: {
    show: 'Als Tabelle zeigen',
    caption: (sensor) => `${sensor}: jeder Abschnitt`,
    when: 'Wann',
    noise: 'Genau auf',
    others: 'Durchschnitt aller',
    reporting: 'Sensoren gehört',
    of: (n, all) => `${n} von ${all}`,
  },

  source: {
    download: 'Als CSV laden',
    others: 'Durchschnitt als CSV',
    data: 'Datensatz',
    link: 'Link zu dieser Ansicht kopieren',
    copied: 'Link kopiert',
    by: (organisation) => `Quelle: ${organisation}`,
    licence: 'Lizenz',
    none: 'Nicht unter einer Lizenz veröffentlicht',
    failed: 'Das Laden ist misslungen. Bitte noch einmal versuchen.',
  },

  alerts: {
    title: 'Alarme',
    none: 'Kein Alarm steht an.',
    count: (n, f) => (n === 1 ? `${f} Alarm steht an` : `${f} Alarme stehen an`),
    since: (time, age) => `seit ${time}, ${age}`,
    severity: { info: 'zur Kenntnis', warning: 'Warnung', critical: 'kritisch' },
    show: (subject) => `${subject} zeigen`,
    acknowledge: 'Übernehmen',
    by: 'Ihr Name',
    send: 'Übernehmen',
    acknowledged: (by, time) => `Übernommen von ${by}, ${time}`,
    failed: 'Das kam nicht an. Bitte noch einmal versuchen.',
  },

  parts: {
    title: 'Wie es dem System geht',
    fine: 'Alles läuft.',
    silent: 'Nicht bekannt, solange der Datendienst nicht antwortet.',
    some: (n, f) => (n === 1 ? `${f} Teil läuft nicht` : `${f} Teile laufen nicht`),
    sinceTime: (time) => `seit ${time}`,
    states: { starting: 'startet', waiting: 'wartet', failed: 'gestört', stopped: 'angehalten' },
  },

  why: {
    title: 'Warum werden manche Zahlen nicht gezeigt?',
    intro:
      'Eine sehr kleine Zahl könnte auf einen einzelnen Menschen deuten, zum Beispiel auf den, der jede Nacht durch dieselbe Straße nach Hause geht.',
    noise: (epsilon) =>
      `Darum kommt zu jeder veröffentlichten Zahl etwas Zufall hinzu (Differential Privacy, ε = ${epsilon} je gezähltem Durchgang): Niemand kann ihr ansehen, ob ein bestimmter Mensch dort war.`,
    threshold: (group) =>
      `Eine Zahl, die dann unter etwa ${group} liegt oder zu unsicher ist, wird nicht gezeigt. Das heißt nicht null und nicht unbekannt: Es wurde gezählt, und es bleibt drinnen.`,
    night:
      'Nachts sind die meisten Straßen so still, dass die meisten Zahlen nicht gezeigt werden. Der Durchschnitt aller Sensoren und längere Zeiträume sind sicherer und bleiben sichtbar.',
    openTitle: 'Wird etwas zurückgehalten?',
    open: 'Nein. Dieser Datenstrom zählt keine Menschen. Zu seinen Zahlen kommt nichts hinzu, und nichts wird zurückgehalten.',
    internal:
      'Der Betrieb darf die ungeschützten Zahlen der letzten 24 Stunden sehen, weil er sie braucht; veröffentlicht werden sie nicht.',
  },

  token: {
    title: 'Sicht des Betriebs',
    explain:
      'Ungeschützte Zahlen sind für den Betrieb der Stadt. Das Token bleibt in diesem Tab und wird vergessen, wenn er geschlossen wird.',
    field: 'Token',
    enter: 'Zeigen',
    cancel: 'Abbrechen',
    forget: 'Token vergessen',
    refused: 'Dieses Token gilt nicht.',
  },

  time: {
    now: 'gerade eben',
  },
}
