import avsc, { type Type } from 'avsc'

/** By schema text: compiling makes code, and a city's schemas are some dozens, read again by every part and partition. */
const compiled = new Map<string, Type>()

/** The compiled type of an Avro schema, one for all who ask for it. @throws Error for what is no schema */
export function typeOf(avro: object): Type {
  const text = JSON.stringify(avro)
  let type = compiled.get(text)
  if (type === undefined) compiled.set(text, (type = avsc.Type.forSchema(avro as avsc.Schema)))
  return type
}
