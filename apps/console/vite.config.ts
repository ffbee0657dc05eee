/** Builds the console into `dist/`, which the server serves at `/`; `npm run dev` proxies the API to a running server. */
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const serverUrl = 'http://127.0.0.1:4400';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    target: 'es2023',
    sourcemap: false,
    // Fonts stay files: inlined ones would need `data:` in the server's content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 650,
  },
  server: {
    port: 4401,
    strictPort: true,
    proxy: { '/api': serverUrl, '/live': serverUrl },
  },
});
