export function judge(
  samples: readonly number[],
  noise: number,
): { readonly thirds: readonly number[]; readonly isFlat: boolean };
