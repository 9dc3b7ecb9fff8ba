// Made from scan-kernel.wat by tools/assemble-scan-kernel.ts; do not edit.

/** The compiled kernel, 347 bytes. */
export function scanKernelBytes(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}

const base64 =
  'AGFzbQEAAAABEAFgC39/f39/f39/f39/AX8CEQEFaW5kZXgGbWVtb3J5AgABAwIBAAYQA38BQQALfwFBAAt/AUEACwcoBAl0aHJlc2hvbGQDAAZ3aXRoaW4DAQhoaXRDb3VudAMCBHNjYW4AAArrAQHoAQEFf0EAJAIgACADIAFsaiELAkADQCADIARPDQFBACENQQAhDANAIA0gCyAMaikDACAFIAxqKQMAhXunaiENIAxBCGoiDCABSQ0ACyANIwBNBEAgBiACIANBAXRqLwEAai0AAARAIAgjAkEDdGohDiAOIAM2AgAgDiANNgIEIwJBAWokAiAHIA1BAnRqIQ4gDiAOKAIAQQFqNgIAIwFBAWokAQJAA0AjASAHIwBBAnRqKAIAayEPIA8gCkkNASAPJAEjAEEBayQADAALCwsLIAsgAWohCyADQQFqIQMjAiAJSQ0ACwsgAws='
