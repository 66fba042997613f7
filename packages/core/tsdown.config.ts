import { packageConfig } from '../../tsdown.base.ts'

// One file for each source file: `methods` adds to the type of `Tensor` by the path of its module
// (`declare module '../tensor/tensor.js'`), which has to hold in dist too. The bundler warns of exactly that.
export default packageConfig(
  {
    index: 'src/index.ts',
    'methods/index': 'src/methods/index.ts',
    'profiler/index': 'src/profiler/index.ts',
    'reference/index': 'src/reference/index.ts',
  },
  {
    unbundle: true,
    inputOptions: ({ onLog }) => ({
      onLog(level, log, handle) {
        if (log.message.includes('`declare module "../tensor/tensor.js"` will be kept as-is')) return
        onLog?.(level, log, handle)
      },
    }),
  },
)
