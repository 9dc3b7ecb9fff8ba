// Bundles the plugin, client code included, into the one file that OpenCode loads: no imports beyond node:*.
import { defineConfig } from 'vite'

export default defineConfig({
  logLevel: 'warn',
  build: {
    lib: { entry: 'src/plugin.ts', formats: ['es'], fileName: () => 'iai-mcp-opencode.js' },
    target: 'es2022',
    minify: false,
    rollupOptions: { external: /^node:/ },
  },
})
