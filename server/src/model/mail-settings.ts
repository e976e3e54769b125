/** The server that e-mail is handed to, and who sends it (`HOOKTRAIL_SMTP_URL`, `HOOKTRAIL_SMTP_FROM`). */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  readonly isSecure: boolean;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  /** An address, or a name with an address in angle brackets. */
  readonly from: string;
}

/** The server alone, as `HOOKTRAIL_SMTP_URL` names it. */
export type MailServer = Omit<MailSettings, 'from'>;
