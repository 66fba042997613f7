export { Activation, type ActivationOptions } from './activation.ts'
export { ActivityRegularization, type ActivityRegularizationOptions } from './activity-regularization.ts'
export { Dense, type DenseOptions } from './dense.ts'
export { Dropout, type DropoutOptions } from './dropout.ts'
export { Flatten, type FlattenOptions } from './flatten.ts'
export {
  Lambda,
  type LambdaArguments,
  type LambdaFunction,
  type LambdaMask,
  type LambdaOptions,
  type LambdaOutputShape,
} from './lambda.ts'
export { Masking, type MaskingOptions } from './masking.ts'
export { Permute, type PermuteOptions } from './permute.ts'
export { RepeatVector, type RepeatVectorOptions } from './repeat-vector.ts'
export { Reshape, type ReshapeOptions } from './reshape.ts'
