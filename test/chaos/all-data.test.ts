// The replay of all streams once more with the published files, whole, where they are beside the checkout: two weeks of
// climate, a month of bins, a day of polls with the error page among them. The shipped slices run in `make test`.
process.env['CITY_DATA'] = 'whole'
await import('../e2e/all-streams.test.ts')
