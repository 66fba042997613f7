import { packageConfig } from '../../tsdown.base.ts'

export default packageConfig(
  {
    index: 'src/index.ts',
    evaluate: 'src/evaluate.ts',
    'custom-loop': 'src/custom-loop.ts',
    'core-layers/index': 'src/core-layers/index.ts',
    'cars/index': 'src/cars/index.ts',
    'cnn/index': 'src/cnn/index.ts',
    'names/index': 'src/names/index.ts',
    'penguins/index': 'src/penguins/index.ts',
    'custom-backend/index': 'src/custom-backend/index.ts',
    'custom-op/index': 'src/custom-op/index.ts',
    'custom-layer/index': 'src/custom-layer/index.ts',
    'custom-optimizer/index': 'src/custom-optimizer/index.ts',
  },
  { platform: 'node', dts: false },
)
