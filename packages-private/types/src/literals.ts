// What an editor completes: the literals of options that also take other texts, or anything else.
import type {
  AttentionOptions,
  activations,
  Conv1DOptions,
  constraints,
  FlattenOptions,
  initializers,
  LayerOptions,
  losses,
  metrics,
  regularizers,
  UpSampling2DOptions,
} from '@tapegrad/layers'

/** The literals of a union: an editor offers them, though `string & {}` admits other texts. */
type Literals<T> = T extends string ? (string extends T ? never : T) : never

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

export const complete: readonly true[] = [
  true satisfies Same<Literals<Conv1DOptions['padding']>, 'valid' | 'same' | 'causal'>,
  true satisfies Same<Literals<FlattenOptions['dataFormat']>, 'channelsFirst' | 'channelsLast'>,
  true satisfies Same<Literals<AttentionOptions['scoreMode']>, 'dot' | 'concat'>,
  true satisfies Same<Literals<LayerOptions['dtype']>, 'float32' | 'float64'>,
  true satisfies Same<Literals<LayerOptions['activityReduction']>, 'batchMean' | 'sum'>,
  true satisfies Same<
    Literals<UpSampling2DOptions['interpolation']>,
    'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5'
  >,
  true satisfies Same<
    Literals<losses.LossOptions['reduction']>,
    'sumOverBatchSize' | 'sum' | 'mean' | 'meanWithSampleWeight'
  >,
]

export const names: {
  readonly activation: readonly Literals<activations.ActivationIdentifier>[]
  readonly initializer: readonly Literals<initializers.InitializerIdentifier>[]
  readonly regularizer: readonly Literals<regularizers.RegularizerIdentifier>[]
  readonly constraint: readonly Literals<constraints.ConstraintIdentifier>[]
  readonly loss: readonly Literals<losses.LossIdentifier>[]
  readonly metric: readonly Literals<metrics.MetricIdentifier>[]
} = {
  activation: ['relu', 'leakyRelu', 'softmax', 'hardSilu', 'logSoftmax'],
  initializer: ['zeros', 'glorotUniform', 'heNormal', 'orthogonal', 'varianceScaling'],
  regularizer: ['l1', 'l2', 'l1L2', 'orthogonalRegularizer'],
  constraint: ['maxNorm', 'nonNeg', 'unitNorm', 'minMaxNorm'],
  loss: ['meanSquaredError', 'binaryCrossentropy', 'huber', 'ctc'],
  metric: ['accuracy', 'meanAbsoluteError', 'auc'],
}

export const wrong: typeof names = {
  // @ts-expect-error: misspelt names are not among them.
  activation: ['rellu'],
  // @ts-expect-error: nor are Keras's spellings.
  initializer: ['glorot_uniform'],
  // @ts-expect-error: nor those of other kinds.
  regularizer: ['maxNorm'],
  // @ts-expect-error: nor misspelt ones.
  constraint: ['maxnorm2'],
  // @ts-expect-error: nor misspelt ones.
  loss: ['squared'],
  // @ts-expect-error: nor misspelt ones.
  metric: ['accurate'],
}
