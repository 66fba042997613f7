export { type CheckGradientsOptions, checkGradients } from './autodiff/check-gradients.ts'
export { checkpoint } from './autodiff/checkpoint.ts'
export { type CustomGradient, customGradient } from './autodiff/custom-gradient.ts'
export { defineListOp, defineMultiOp, type ListOpSpec, type MultiOpSpec } from './autodiff/define-list-op.ts'
export { defineArith, defineOp, defineOpWith, type OpSpec, type Saved } from './autodiff/define-op.ts'
export {
  type GradAuxFunction,
  type GradFunction,
  type Gradients,
  type GradOptions,
  grad,
  type ValueAndGradAuxFunction,
  type ValueAndGradFunction,
  type ValueAndGradients,
  type ValueGradientsAndAux,
  valueAndGrad,
} from './autodiff/grad.ts'
export { GradientTape, type GradientTapeOptions } from './autodiff/gradient-tape.ts'
export { type Hessian, type HessianFunction, hessian } from './autodiff/hessian.ts'
export { hvp } from './autodiff/hvp.ts'
export {
  type JacobianFunction,
  type JacobianOf,
  type JacobianOptions,
  jacobian,
} from './autodiff/jacobian.ts'
export { jvp, type ValueAndTangent } from './autodiff/jvp.ts'
export type { Input } from './autodiff/node.ts'
export { isRecording } from './autodiff/recording.ts'
export { stopGradient } from './autodiff/stop-gradient.ts'
export type { GradientOf, OnlyArgument, Structure, TangentOf } from './autodiff/structure.ts'
export { type VectorJacobianProduct, vjp } from './autodiff/vjp.ts'
export type { Backend, Capabilities, Operand, View } from './backend/backend.ts'
export { getBackend, setBackend, setDefaultBackend, withBackend } from './backend/current.ts'
export { extendBackend } from './backend/extend-backend.ts'
export { type Kernel, type KernelKey, KernelTable, kernelKey } from './backend/kernel-key.ts'
export * from './backend/opcodes.ts'
export * from './errors/index.ts'
export { checkOptionNames, closestName } from './errors/option-names.ts'
export { type MemoryInfo, memory } from './memory/memory.ts'
export { keep, tidy } from './memory/scope.ts'
export * from './ops/activations.ts'
export * from './ops/asynchronous.ts'
export { broadcastTo } from './ops/broadcast-to.ts'
export { cast } from './ops/cast.ts'
export * from './ops/convolution.ts'
export * from './ops/elementwise.ts'
export * from './ops/indexing.ts'
export * from './ops/linear-algebra.ts'
export { matmul } from './ops/matmul.ts'
export * from './ops/movement.ts'
export * from './ops/neural.ts'
export * from './ops/normalizations.ts'
export * from './ops/pooling.ts'
export type { ReductionOptions } from './ops/reduction.ts'
export * from './ops/reductions.ts'
export { reshape } from './ops/reshape.ts'
export * from './ops/scans.ts'
export * from './ops/sorting.ts'
export { transpose } from './ops/transpose.ts'
export {
  type AdamStep,
  adamKernel,
  type RMSpropStep,
  rmspropKernel,
  type SGDStep,
  sgdKernel,
} from './optimizer/kernels.ts'
export type { Config, Json, Optimizer, OptimizerClass } from './optimizer/optimizer.ts'
export { formulaStepKernel, type StepFormula, type StepMath } from './optimizer/step-formula.ts'
export { setSeed } from './random/generator.ts'
export * as random from './random/index.ts'
export {
  arange,
  type CreateOptions,
  eye,
  full,
  linspace,
  ones,
  onesLike,
  scalar,
  type TensorOptions,
  type TensorValues,
  type TypedArray,
  tensor,
  zeros,
  zerosLike,
} from './tensor/create.ts'
export {
  allocateData,
  bytesPerElement,
  type Data,
  type DataOf,
  type DType,
  dtypes,
  type FloatDType,
  isFloat,
  promoteTypes,
} from './tensor/dtype.ts'
export type { NestedArray } from './tensor/nested.ts'
export { broadcastShape, isRowMajor, rowMajorStrides, type Shape, sameShape, sizeOf } from './tensor/shape.ts'
export { Storage } from './tensor/storage.ts'
export { Tensor } from './tensor/tensor.ts'
export { type Constraint, Variable, type VariableOptions, variable } from './tensor/variable.ts'
