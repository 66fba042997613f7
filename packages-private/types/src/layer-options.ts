// What must not compile: each line under an expected error is one. tsc fails where a line compiles after all.
import type { Tensor } from '@tapegrad/core'
import * as layers from '@tapegrad/layers'

declare const x: Tensor

new layers.Dense({ units: 4, activation: 'relu', kernelInitializer: 'heNormal', kernelRegularizer: 'l2' })
new layers.Dense({ units: 4, activation: (y: Tensor) => y, activityReduction: 'sum', inputShape: [null, 3] })
new layers.Dense({
  units: 4,
  activation: 'a registered name',
  biasInitializer: { class_name: 'Zeros', config: {} },
})
// @ts-expect-error: units are missing.
new layers.Dense({})
// @ts-expect-error: units are a number.
new layers.Dense({ units: '4' })
// @ts-expect-error: misspelt.
new layers.Dense({ units: 4, activaton: 'relu' })
// @ts-expect-error: Keras's spelling.
new layers.Dense({ units: 4, kernel_initializer: 'zeros' })
// @ts-expect-error: a number is no activation.
new layers.Dense({ units: 4, activation: 3 })
// @ts-expect-error: a boolean is no initializer.
new layers.Dense({ units: 4, kernelInitializer: true })
// @ts-expect-error: a list is no regularizer.
new layers.Dense({ units: 4, kernelRegularizer: [0.1] })
// @ts-expect-error: layers compute in float32 or float64.
new layers.Dense({ units: 4, dtype: 'int32' })
// @ts-expect-error: one of two.
new layers.Dense({ units: 4, activityReduction: 'mean' })
// @ts-expect-error: one of two.
new layers.Dense({ units: 4, onLostMask: 'ignore' })
// @ts-expect-error: sizes are numbers or null.
new layers.Dense({ units: 4, inputShape: ['3'] })
// @ts-expect-error: the equation is missing.
new layers.EinsumDense({ outputShape: 3 })
// @ts-expect-error: letters, not positions.
new layers.EinsumDense({ equation: 'ab,bc->ac', outputShape: 3, biasAxes: 1 })
// @ts-expect-error: the activation is missing.
new layers.Activation({})
// @ts-expect-error: two sizes are missing.
new layers.Embedding({})
// @ts-expect-error: a flag.
new layers.Embedding({ inputDim: 4, outputDim: 2, maskZero: 1 })
// @ts-expect-error: a number.
new layers.Masking({ maskValue: '0' })
// @ts-expect-error: it is called function.
new layers.Lambda({ fn: (y: Tensor) => y })
// @ts-expect-error: a number of slopes.
new layers.LeakyReLU({ negativeSlope: '0.1' })
// @ts-expect-error: an axis or several.
new layers.Softmax({ axis: 'last' })
// @ts-expect-error: camelCase.
new layers.Flatten({ dataFormat: 'channels_first' })
// @ts-expect-error: a list of sizes.
new layers.Reshape({ targetShape: 4 })
// @ts-expect-error: a list of axes.
new layers.Permute({ dims: 2 })
// @ts-expect-error: it is called n.
new layers.RepeatVector({ times: 2 })
// @ts-expect-error: a pair has two.
new layers.Cropping1D({ cropping: [1, 2, 3] })
// @ts-expect-error: two axes, not three.
new layers.ZeroPadding2D({ padding: [1, 2, 3] })
// @ts-expect-error: one of few.
new layers.UpSampling2D({ interpolation: 'linear' })
// @ts-expect-error: the rate is missing.
new layers.Dropout({})
// @ts-expect-error: a number.
new layers.GaussianNoise({ stddev: '1' })
// @ts-expect-error: a number.
new layers.ActivityRegularization({ l1: 'l1' })
// @ts-expect-error: the kernel size is missing.
new layers.Conv2D({ filters: 4 })
// @ts-expect-error: causal is for one axis.
new layers.Conv2D({ filters: 4, kernelSize: 3, padding: 'causal' })
// @ts-expect-error: kernels have no `full`.
new layers.Conv1D({ filters: 4, kernelSize: 3, padding: 'full' })
// @ts-expect-error: a number or a list.
new layers.Conv3D({ filters: 4, kernelSize: '3' })
// @ts-expect-error: misspelt.
new layers.Conv2DTranspose({ filters: 4, kernelSize: 3, stride: 2 })
// @ts-expect-error: depthwise layers have a multiplier, no filters.
new layers.DepthwiseConv2D({ kernelSize: 3, filters: 4 })
// @ts-expect-error: one of two.
new layers.MaxPooling2D({ padding: 'causal' })
// @ts-expect-error: all in lower case, as in Keras.
new layers.GlobalAveragePooling2D({ keepDims: true })
// @ts-expect-error: a number.
new layers.BatchNormalization({ momentum: '0.9' })
// @ts-expect-error: axes are numbers.
new layers.LayerNormalization({ axis: ['1'] })
// @ts-expect-error: a number.
new layers.GroupNormalization({ groups: null })
// @ts-expect-error: one of two.
new layers.Attention({ scoreMode: 'additive' })
// @ts-expect-error: an attention of sums has one score.
new layers.AdditiveAttention({ scoreMode: 'concat' })
// @ts-expect-error: the size of the keys is missing.
new layers.MultiHeadAttention({ numHeads: 2 })
// @ts-expect-error: it cannot be asked for.
new layers.MultiHeadAttention({ numHeads: 2, keyDim: 4, flashAttention: true })
// @ts-expect-error: axes are missing.
new layers.Dot({})
// @ts-expect-error: three axes are one too many.
new layers.Dot({ axes: [1, 2, 3] })
// @ts-expect-error: one axis.
new layers.Concatenate({ axis: [1] })
// @ts-expect-error: merging layers have no options of their own.
new layers.Add({ axis: 1 })
// @ts-expect-error: the scale is missing.
new layers.Rescaling({ offset: 1 })
// @ts-expect-error: camelCase.
new layers.CategoryEncoding({ numTokens: 3, outputMode: 'multi_hot' })
// @ts-expect-error: numbers.
new layers.Normalization({ mean: 'zero', variance: 1 })

const attention = new layers.MultiHeadAttention({ numHeads: 2, keyDim: 4 })
const alone: Tensor = attention.apply([x, x], { useCausalMask: true, attentionMask: x, training: true })
const [read, weights] = attention.apply([x, x], { returnAttentionScores: true })
const both: readonly Tensor[] = [alone, read, weights]
const symbol: layers.SymbolicTensor = layers.Input({ shape: [3, 4] })
const symbols = attention.apply([symbol, symbol], { attentionMask: symbol, returnAttentionScores: true })
export const found: readonly layers.SymbolicTensor[] = symbols
// @ts-expect-error: lists of tensors.
attention.apply(x)
// @ts-expect-error: symbolic and real tensors do not go together.
attention.apply([x, symbol])
// @ts-expect-error: a real input takes no symbolic mask.
attention.apply([x, x], { attentionMask: symbol })
// @ts-expect-error: a flag.
attention.apply([x, x], { useCausalMask: 'yes' })
// @ts-expect-error: one output where no weights are asked for.
const [one, two]: readonly [Tensor, Tensor] = attention.apply(both)
// @ts-expect-error: other layers have no such argument.
new layers.Dense({ units: 4 }).apply(x, { useCausalMask: true })
// @ts-expect-error: merging layers take lists.
new layers.Add().apply(x)
export const unused: unknown = [one, two]
