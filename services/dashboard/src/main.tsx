import { render } from 'preact'
import { App } from './page/app.tsx'

const place = document.getElementById('page')
if (place === null) throw new Error('index.html has no element #page')
render(<App />, place)
