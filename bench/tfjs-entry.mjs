// TensorFlow.js as a program that trains has it: its package for Node lacks the gradients.
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import '@tensorflow/tfjs-backend-cpu'

export * from '@tensorflow/tfjs-core'
