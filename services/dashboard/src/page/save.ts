/** Loads a file with a token and hands it to the browser's downloads; false where the service refuses or does not answer. */
export async function saveAs(url: string, name: string, token: string): Promise<boolean> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } }).catch(() => null)
  if (response === null || !response.ok) return false
  const address = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
  return true
}
