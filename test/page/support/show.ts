// For work on the page: `node test/page/support/show.ts [start] [speed]` serves the built page over a made day until Ctrl-C.
import { seedDay } from './seed-day.ts'
import { serveCity } from './served-city.ts'

const [start = '2023-06-05T14:10:00+10:00', speed = '1'] = process.argv.slice(2)
const served = await serveCity(`${start}@${speed}`)
await seedDay(served.client, served.city, Date.parse(start))
console.log(served.url)
const stop = () => void served.stop().then(() => process.exit(0))
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
