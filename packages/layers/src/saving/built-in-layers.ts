import { InputLayer } from '../engine/input-layer.ts'
import type { AnyLayer } from '../engine/layer.ts'
import * as layers from '../layers/index.ts'
import { Sequential } from '../models/sequential.ts'
import { classesByName } from './object-kind.ts'
import type { SerializableClass } from './serializable.ts'

/** The layers of this package by their names in files: what loading a model can make. */
export const builtInLayers: ReadonlyMap<
  string,
  SerializableClass<AnyLayer>
> = /* @__PURE__ */ classesByName<AnyLayer>(
  InputLayer,
  Sequential,
  layers.Activation as SerializableClass<AnyLayer>,
  layers.ActivityRegularization as SerializableClass<AnyLayer>,
  layers.Conv1D as SerializableClass<AnyLayer>,
  layers.Conv2D as SerializableClass<AnyLayer>,
  layers.Conv3D as SerializableClass<AnyLayer>,
  layers.Conv1DTranspose as SerializableClass<AnyLayer>,
  layers.Conv2DTranspose as SerializableClass<AnyLayer>,
  layers.Conv3DTranspose as SerializableClass<AnyLayer>,
  layers.DepthwiseConv1D as SerializableClass<AnyLayer>,
  layers.DepthwiseConv2D as SerializableClass<AnyLayer>,
  layers.SeparableConv1D as SerializableClass<AnyLayer>,
  layers.SeparableConv2D as SerializableClass<AnyLayer>,
  layers.Add as SerializableClass<AnyLayer>,
  layers.Average as SerializableClass<AnyLayer>,
  layers.Concatenate as SerializableClass<AnyLayer>,
  layers.Cropping1D as SerializableClass<AnyLayer>,
  layers.Cropping2D as SerializableClass<AnyLayer>,
  layers.Cropping3D as SerializableClass<AnyLayer>,
  layers.Dense as SerializableClass<AnyLayer>,
  layers.Dot as SerializableClass<AnyLayer>,
  layers.Dropout as SerializableClass<AnyLayer>,
  layers.Flatten as SerializableClass<AnyLayer>,
  layers.Lambda as SerializableClass<AnyLayer>,
  layers.Masking as SerializableClass<AnyLayer>,
  layers.Maximum as SerializableClass<AnyLayer>,
  layers.Minimum as SerializableClass<AnyLayer>,
  layers.Multiply as SerializableClass<AnyLayer>,
  layers.MaxPooling1D as SerializableClass<AnyLayer>,
  layers.GlobalMaxPooling1D as SerializableClass<AnyLayer>,
  layers.MaxPooling2D as SerializableClass<AnyLayer>,
  layers.GlobalMaxPooling2D as SerializableClass<AnyLayer>,
  layers.MaxPooling3D as SerializableClass<AnyLayer>,
  layers.GlobalMaxPooling3D as SerializableClass<AnyLayer>,
  layers.AveragePooling1D as SerializableClass<AnyLayer>,
  layers.GlobalAveragePooling1D as SerializableClass<AnyLayer>,
  layers.AveragePooling2D as SerializableClass<AnyLayer>,
  layers.GlobalAveragePooling2D as SerializableClass<AnyLayer>,
  layers.AveragePooling3D as SerializableClass<AnyLayer>,
  layers.GlobalAveragePooling3D as SerializableClass<AnyLayer>,
  layers.Permute as SerializableClass<AnyLayer>,
  layers.RepeatVector as SerializableClass<AnyLayer>,
  layers.Reshape as SerializableClass<AnyLayer>,
  layers.Subtract as SerializableClass<AnyLayer>,
  layers.UpSampling1D as SerializableClass<AnyLayer>,
  layers.UpSampling2D as SerializableClass<AnyLayer>,
  layers.UpSampling3D as SerializableClass<AnyLayer>,
  layers.ZeroPadding1D as SerializableClass<AnyLayer>,
  layers.ZeroPadding2D as SerializableClass<AnyLayer>,
  layers.ZeroPadding3D as SerializableClass<AnyLayer>,
)
