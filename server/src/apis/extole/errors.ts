/**
 * Every error of the API: its status and what it says (E116). Codes keep the letter case of the wire. Texts are told
 * to whoever asks, so none says anything about another person or holds a secret.
 */
const errors = {
  missing_access_token: [403, 'No access_token was provided with this request.'],
  invalid_access_token: [403, 'The access_token provided with this request is invalid.'],
  expired_access_token: [403, 'The access_token provided with this request has expired.'],
  access_denied: [403, 'This access_token may not do this.'],
  jwt_error: [403, 'The JWT was refused.'],
  jwt_authentication_error: [403, 'The JWT was refused.'],
  invalid_email: [403, 'The email is not an e-mail address.'],
  invalid_access_token_duration: [400, 'duration_seconds must be from 1 to 31536000.'],
  scopes_denied: [403, 'Some of these scopes cannot be given.'],
  duration_denied: [403, 'The duration is not allowed.'],
  consumer_token_invalid: [400, "The consumer's access_token is unknown or has expired."],
  consumer_token_upgrade_not_allowed: [403, 'The device of this access_token is not identified.'],
  profile_not_set: [403, 'The device is not identified.'],
  missing_request_body: [400, 'The request has no body.'],
  invalid_json: [400, 'The request body is not a JSON object.'],
  invalid_json_malformed: [400, 'A field of the request body has the wrong type.'],
  invalid_parameter: [400, 'A parameter of the request is not valid.'],
  request_body_size_too_large: [400, 'The request body is too large.'],
  unexpected_request: [400, 'The request cannot be read.'],
  method_not_found: [404, 'There is nothing at this path.'],
  method_not_allowed: [405, 'This path does not take this method.'],
  unsupported_media_type: [415, 'This media type is not taken here.'],
  invalid_program_domain: [
    404,
    'No workspace is known at this host; use one that a workspace lists under "domains".',
  ],
  too_many_requests: [429, 'Too many requests; repeat this one later.'],
  software_error: [500, 'The request failed on our side.'],

  invalid_person_id: [400, 'The id is not a person id.'],
  person_not_found: [400, 'There is no person with this id.'],
  invalid_person_email: [400, 'The email is not an e-mail address.'],
  invalid_length_first_name: [400, 'first_name is too long.'],
  invalid_length_last_name: [400, 'last_name is too long.'],
  invalid_profile_picture_url: [400, 'profile_picture_url is not an http(s) URL of at most 2000 characters.'],
  partner_user_id_invalid_length: [400, 'partner_user_id must have 1 to 255 characters.'],
  person_email_already_defined: [400, 'The e-mail cannot be replaced by this one.'],
  partner_user_id_already_defined: [400, 'The partner_user_id cannot be replaced by this one.'],
  invalid_name: [403, 'A name must be of letters, digits, ".", "_" and "-".'],
  read_only_name: [403, 'This name cannot be written.'],
  client_param_not_found: [403, 'There is no such client parameter.'],
  client_params_name_length_out_of_range: [403, 'A name has at most 200 characters.'],
  client_params_value_length_out_of_range: [403, 'A value has at most 2000 characters as JSON.'],
  timezone_invalid: [400, 'The Time-Zone is not one of the IANA list.'],
  invalid_secure_email: [403, 'The secure_email is not one that was mailed.'],

  label_name_length_out_of_range: [403, 'The label must have 1 to 255 characters.'],
  label_name_contains_illegal_character: [403, 'The label may hold letters, digits, "-" and "_".'],
  data_attribute_name_invalid: [403, 'A name in data is not valid.'],
  data_attribute_name_length_out_of_range: [403, 'A name in data has at most 200 characters.'],
  data_attribute_value_invalid: [403, 'A value in data is not a text.'],
  data_attribute_value_length_out_of_range: [403, 'A value in data has at most 2000 characters.'],
  content_image_url_invalid: [403, 'image_url is not an http(s) URL.'],
  invalid_content_url: [403, 'url is not an http(s) URL.'],
  content_url_length_out_of_range: [400, 'url is too long.'],
  person_not_rewardable: [403, 'There is no live referral campaign.'],
  shareable_not_found: [403, 'There is no such shareable.'],
  code_taken: [403, 'The code is taken.'],
  shareable_key_taken: [403, 'The key is taken.'],
  code_out_of_range: [403, 'A code has 4 to 50 characters.'],
  code_illegal_character: [403, 'A code may hold letters, digits, "-", "_" and ".".'],
  code_contains_reserved_word: [403, 'The code is a reserved word.'],
  code_profane_word: [403, 'The code holds a word that is not allowed.'],
  EXISTING_LINK: [400, 'The code is taken.'],
  key_taken: [400, 'The key is taken.'],
  NOT_FOUND: [403, 'There is no such shareable.'],
  label_is_missing: [403, 'A label is required.'],
  label_name_out_of_range: [403, 'The label must have 2 to 255 characters.'],

  NO_RECIPIENT: [400, 'A recipient is required.'],
  INVALID_RECIPIENT: [400, 'A recipient is not valid.'],
  INVALID_RECIPIENT_SIZE: [400, 'There are too many recipients.'],
  MESSAGE_MISSING: [400, 'A message is required.'],
  INVALID_MESSAGE_LENGTH: [400, 'The message is too long.'],
  INVALID_SUBJECT_LENGTH: [400, 'The subject is too long.'],
  INVALID_SHARE_MESSAGE_LINK: [400, 'The message holds a link to another host.'],
  INVALID_SHARE_SUBJECT_LINK: [400, 'The subject holds a link to another host.'],
  INVALID_SHARE_MESSAGE_CHARACTERS: [400, 'The message holds characters that are not allowed.'],
  INVALID_SHARE_SUBJECT_CHARACTERS: [400, 'The subject holds characters that are not allowed.'],
  ADVOCATE_CODE_NOT_FOUND: [400, 'The advocate_code is not one of your own.'],
  ADVOCATE_CODE_MISSING: [400, 'An advocate_code is required.'],
  SHARE_NOT_FOUND: [403, 'There is no such share.'],

  missing_event_name: [400, 'An event_name is required.'],
  invalid_event_name: [400, 'An event_name has at most 255 characters, none of them a control character.'],
  missing_zone_name: [400, 'A zone name is required.'],
  invalid_zone_name: [400, 'A zone name has at most 255 characters, none of them a control character.'],
  no_creative: [400, 'There is no creative for this zone now.'],
  invalid_reward_id: [400, 'There is no such reward.'],
  invalid_reward_filter: [400, 'Exactly one of polling_id, reward_name, partner_event_id is required.'],
} as const satisfies Record<string, readonly [status: number, message: string]>

export type ErrorCode = keyof typeof errors

/** A refusal, thrown by whatever finds it out and answered by the API's error handler. */
export class ExtoleError extends Error {
  override readonly name = 'ExtoleError'
  readonly code: ErrorCode
  readonly status: number
  readonly parameters: Readonly<Record<string, string>>

  constructor(code: ErrorCode, parameters: Readonly<Record<string, string>> = {}, status?: number) {
    super(errors[code][1])
    this.code = code
    this.status = status ?? errors[code][0]
    this.parameters = parameters
  }
}

/** What is answered for an error, and written as `error` of a status answer (E116). */
export interface ErrorObject {
  readonly unique_id: string
  readonly http_status_code: number
  readonly code: ErrorCode
  readonly message: string
  readonly parameters: Readonly<Record<string, string>>
}

export function presentError(error: ExtoleError, uniqueId: string): ErrorObject {
  return {
    unique_id: uniqueId,
    http_status_code: error.status,
    code: error.code,
    message: error.message,
    parameters: error.parameters,
  }
}
