import { serveCity } from './served-city.ts'
import { seedDay } from './seed-day.ts'
const start = process.argv[2] ?? '2023-06-05T14:10:00+10:00'
const served = await serveCity(`${start}@${process.argv[3] ?? '1'}`)
await seedDay(served.client, served.city, Date.parse(start))
console.log(served.url)
process.on('SIGTERM', () => void served.stop().then(() => process.exit(0)))
