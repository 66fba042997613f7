import { packageConfig } from '../../tsdown.base.ts'

export default packageConfig(
  {
    index: 'src/index.ts',
    evaluate: 'src/evaluate.ts',
    'custom-loop': 'src/custom-loop.ts',
    'core-layers': 'src/core-layers.ts',
  },
  { platform: 'node', dts: false },
)
