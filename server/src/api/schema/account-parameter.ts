import { Type } from 'typebox';

/** 15 digits: what the query parser converts, and all exact as a JavaScript number. */
const MAX_ACCOUNT_ID = 999_999_999_999_999;

/** The query parameter with which an operator acts for another account. */
export const accountParameter = {
  account_id: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_ACCOUNT_ID,
      description: 'Acts for another account; operators only. Default: the account of the token.',
    }),
  ),
};
