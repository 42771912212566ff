import { render } from 'preact'
render(<p style={{ color: 'red' }}>hi</p>, document.getElementById('page')!)
