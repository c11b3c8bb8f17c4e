const RFC_3339 =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[Tt ](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+\-−](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Whether a text is an RFC 3339 time as Codex reads it: a blank may stand for the `T`, U+2212 for the minus. */
export function isRfc3339(text: string): boolean {
  const { year, month, day } = RFC_3339.exec(text)?.groups ?? {};
  if (year === undefined || month === undefined || day === undefined) return false;
  return day >= "01" && Number(day) <= daysIn(Number(year), Number(month));
}

function daysIn(year: number, month: number): number {
  if (month < 1 || month > 12) return 0;
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
