import { packageConfig } from '../../tsdown.base.ts'

// gpu.js is bundled: the package gpu.js pulls in native code of hundreds of megabytes. Its licence comes along, and
// that of acorn, which it contains.
export default packageConfig(
  { index: 'src/index.ts' },
  {
    copy: [
      { from: 'node_modules/gpu.js/LICENSE', to: 'dist', rename: 'gpu.js.LICENSE' },
      { from: 'node_modules/acorn/LICENSE', to: 'dist', rename: 'acorn.LICENSE' },
    ],
  },
)
