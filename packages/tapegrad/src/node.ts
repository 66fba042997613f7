export * from '@tapegrad/layers/node'
