/** What Amazon's own clients throw: the names are those of the API references (Common Errors), of all services alike. */
export type AmazonError = {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
};

export const AMAZON_THROTTLES =
  /^(?:Throttling|ThrottlingException|RequestLimitExceeded|RequestThrottled|TooManyRequestsException)/;

/** Credentials that are missing, wrong or old, and rights that are missing. */
export const AMAZON_FORBIDS =
  /^(?:AccessDenied|UnauthorizedOperation|NotAuthorized|InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken|UnrecognizedClient|MissingAuthenticationToken|IncompleteSignature|OptInRequired|CredentialsProviderError|TokenProviderError)/;

type Signing = {
  readonly config: {
    readonly credentials: () => Promise<{
      readonly secretAccessKey: string;
      readonly sessionToken?: string | undefined;
    }>;
  };
};

/** What a client signs with, to be left out of words: Amazon's may quote a request. None while there is no client, or it has none. */
export async function amazonSecrets(client: Promise<Signing> | undefined): Promise<string[]> {
  try {
    const { secretAccessKey, sessionToken = "" } = await (await client!).config.credentials();
    return [secretAccessKey, sessionToken];
  } catch {
    return [];
  }
}
