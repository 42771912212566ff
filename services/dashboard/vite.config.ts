import { defineConfig } from 'vite'

// The query service serves dist/ under a policy without inline scripts, inline styles or data: addresses,
// so nothing may be inlined. JSX is compiled by Vite itself; Preact needs no plug-in for a production build.
export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8080' } },
})
