export {
  type Callable,
  FunctionBuilder,
  type ImportedFunction,
  importedFunction,
  type Label,
  type Operand,
} from './function-builder.ts'
export type { LaneShape } from './immediates.ts'
export {
  compile,
  compileModule,
  type Exported,
  type ExportsOf,
  type FunctionTable,
  type HostFunctions,
  instantiate,
} from './instantiate.ts'
export { buildModule, type ModuleOptions } from './module-builder.ts'
export type {
  BulkName,
  LaneName,
  LoadLaneName,
  LoadName,
  PlainName,
  StoreLaneName,
  StoreName,
} from './opcodes.ts'
export type { Local, LocalsOf, Signature, ValueType } from './value-type.ts'
