export {
  averagePool1d,
  averagePool2d,
  averagePool3d,
  averagePoolGradientKernel,
  averagePoolKernel,
} from './average-pool.ts'
export { type GlobalPoolOptions, globalAveragePool, globalMaxPool } from './global-pool.ts'
export { maxPool1d, maxPool2d, maxPool3d, maxPoolGradientKernel, maxPoolKernel } from './max-pool.ts'
export type { PoolOptions } from './pool.ts'
