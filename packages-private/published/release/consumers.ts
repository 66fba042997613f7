import { flagsOf } from '../../../scripts/browser-projects.ts'

/** Somebody who installs packages: their programs are in `consumers/<folder>`. */
export interface Consumer {
  readonly folder: string
  /** What they type after `npm install`. */
  readonly install: readonly string[]
  /** Everything that comes, but for what is chosen by platform. */
  readonly comes: readonly string[]
  /** What each of their programs prints. */
  readonly prints: string
  /** Where the programs run: in Node alone, or bundled in browsers too. */
  readonly runsIn?: 'node'
  /** Names in the published files that bundles must not have, as the program does not use what they name. */
  readonly unused?: readonly string[]
  /** Names that bundles have. */
  readonly used?: readonly string[]
  readonly browserFlags?: readonly string[]
}

export const consumers: readonly Consumer[] = [
  {
    folder: 'core-and-backend-cpu',
    install: ['@tapegrad/core', '@tapegrad/backend-cpu'],
    comes: ['@tapegrad/core', '@tapegrad/backend-cpu'],
    prints: 'gradient [3,12,27]',
    used: ['square'],
    unused: ['sparsemax', 'mish', 'hardSigmoid', 'unstack', 'logSumExp'],
  },
  {
    folder: 'layers-without-optimizers',
    install: ['@tapegrad/core', '@tapegrad/backend-cpu', '@tapegrad/layers'],
    comes: ['@tapegrad/core', '@tapegrad/backend-cpu', '@tapegrad/layers'],
    prints: 'prediction [[3]], gradient [[1],[2]]',
    used: ['Dense'],
    unused: ['RepeatVector', 'ActivityRegularization', 'Permute'],
  },
  {
    folder: 'optimizers-without-layers',
    install: ['@tapegrad/core', '@tapegrad/backend-cpu', '@tapegrad/optimizers'],
    comes: ['@tapegrad/core', '@tapegrad/backend-cpu', '@tapegrad/optimizers'],
    prints: 'weights [1.5,1.5]',
    used: ['SGD'],
    unused: ['RMSprop', 'Adam', 'sparsemax', 'mish'],
  },
  {
    folder: 'tapegrad',
    install: ['tapegrad'],
    comes: [
      '@tapegrad/core',
      '@tapegrad/backend-cpu',
      '@tapegrad/layers',
      '@tapegrad/optimizers',
      'tapegrad',
    ],
    prints: 'learned true, sum 6',
    used: ['Dense', 'Adam'],
    unused: ['RMSprop', 'RepeatVector', 'ActivityRegularization'],
  },
  {
    folder: 'backend-blas',
    install: ['@tapegrad/core', '@tapegrad/backend-blas'],
    comes: ['@tapegrad/core', '@tapegrad/backend-cpu', '@tapegrad/backend-blas', 'koffi'],
    prints: 'product 64',
    runsIn: 'node',
  },
  {
    folder: 'backend-gpu',
    install: ['@tapegrad/core', '@tapegrad/backend-gpu'],
    comes: ['@tapegrad/core', '@tapegrad/backend-gpu'],
    prints: 'product [[7,10],[15,22]]',
    used: ['matmul'],
    unused: ['sparsemax', 'mish'],
    browserFlags: flagsOf.webgl2,
  },
  {
    folder: 'backend-testkit',
    install: ['@tapegrad/core', '@tapegrad/backend-testkit'],
    comes: ['@tapegrad/core', '@tapegrad/backend-testkit', 'fast-check', 'pure-rand'],
    prints: 'right: true',
    used: ['matmul'],
    unused: ['testBackend'],
  },
]
