#![doc = include_str!("../README.md")]

mod accept_invitation_flow;
mod access_token;
mod account;
mod adopt_accounts;
mod api_key;
mod assigned_role;
mod authenticate;
mod authenticate_api_key;
mod change_password_flow;
mod change_staff;
mod check;
mod complete_sign_in_flow;
mod confirm_flow;
mod cose;
mod create_api_key;
mod create_staff;
mod delete_expired;
mod enter;
mod erase;
mod events;
mod invite_staff;
mod lockout;
mod mail_token;
mod openid;
mod own_role;
mod passkey;
mod password;
mod policy;
mod provider;
mod register;
mod registration_mark;
mod remove_second_factor_flow;
mod replace_password;
mod replace_recovery_codes_flow;
mod request_password_reset;
mod request_verification;
mod reset_password_flow;
mod role;
mod second_factor;
mod secret;
mod session;
mod sign_in_by_passkey_flow;
mod sign_in_by_provider_flow;
mod sign_in_flow;
mod sign_in_methods;
mod signing_key;
mod staff;
mod store;
#[cfg(test)]
mod testing;
mod tokens_flow;
mod totp;
mod verify_email;
mod visit_provider_flow;
mod webauthn;

pub use accept_invitation_flow::{
    AcceptInvitation, AcceptInvitationError, OpenInvitation, accept_invitation_flow, find_invitation,
};
pub use account::{Account, find_account, find_account_by_id, verified_among};
pub use adopt_accounts::{AdoptAccountsError, adopt_accounts};
pub use api_key::{
    ApiKey, ApiKeyError, ListApiKeysError, list_api_key_names, list_api_keys, page_api_keys, revoke_api_key,
};
pub use assigned_role::{AssignedRole, RoleChoice};
pub use authenticate::{Authenticated, Staff, authenticate, keep_session};
pub use authenticate_api_key::{AuthenticatedKey, authenticate_api_key, record_api_key_use};
pub use change_password_flow::{ChangePassword, ChangePasswordError, change_password_flow};
pub use change_staff::{ChangeStaff, ChangeStaffError, change_staff};
pub use check::{check, count_owners};
pub use complete_sign_in_flow::{CompleteSignIn, CompleteSignInError, complete_sign_in_flow};
pub use confirm_flow::{ConfirmError, confirm_flow};
pub use create_api_key::{CreateApiKeyError, create_api_key};
pub use create_staff::{CreateStaffError, NewStaff, create_staff};
pub use delete_expired::delete_expired;
pub use enter::Entrance;
pub use erase::{close_account, delete_closed, is_of_staff};
pub use events::{
    AccountRegistered, AccountRegisteredAgain, AccountVerified, PasswordChanged, ResetRequested, StaffInvited,
    VerificationRequested,
};
pub use invite_staff::{
    Invitation, InviteStaff, InviteStaffError, create_invitation_secret, invite_staff, list_invitations,
    revoke_invitation,
};
pub use mail_token::{MailPurpose, create_mail_token, mail_token_works};
pub use openid::{OpenId, OpenIdAnswer, OpenIdClaims, OpenIdClient, OpenIdFailure, OpenIdQuestion};
pub use own_role::{RoleError, create_role, delete_role, list_roles, update_role};
pub use passkey::{
    AddPasskeyError, NewPasskey, Passkey, PasskeyOffer, add_passkey, list_passkeys, offer_passkey, remove_passkey,
};
pub use password::{HashingFailed, NewPassword, PasswordHash};
pub use policy::{require_staff_second_factor, staff_second_factor_required};
pub use provider::{
    Provider, ProviderError, ProviderTerms, add_provider_flow, count_linked_accounts, list_open_providers,
    list_providers, remove_provider, update_provider,
};
pub use register::{Register, Registered, register};
pub use registration_mark::registration_mark;
pub use remove_second_factor_flow::{RemoveSecondFactorError, remove_second_factor_flow, remove_staff_second_factor};
pub use replace_password::{ReplacePasswordError, replace_password};
pub use replace_recovery_codes_flow::{ReplaceRecoveryCodesError, replace_recovery_codes_flow};
pub use request_password_reset::request_password_reset;
pub use request_verification::request_verification;
pub use reset_password_flow::{ResetPassword, ResetPasswordError, reset_password_flow};
pub use role::Role;
pub use second_factor::{
    Enrolment, SecondFactorError, SecondFactorStatus, confirm_second_factor, find_enrolment, find_second_factor,
    start_second_factor,
};
pub use secret::Secret;
pub use session::{SessionEntry, end_session, list_open_sessions, list_sessions, sign_out, sign_out_everywhere};
pub use sign_in_by_passkey_flow::{PasskeyAnswer, PasskeySignInError, sign_in_by_passkey_flow, start_passkey_sign_in};
pub use sign_in_by_provider_flow::{
    ProviderRefusal, ProviderSignIn, ProviderSignInError, link_provider, register_by_provider, sign_in_by_provider_flow,
};
pub use sign_in_flow::{SignIn, SignInError, SignedIn, sign_in_flow};
pub use sign_in_methods::{LinkedProvider, RemoveMethodError, SignInMethods, list_sign_in_methods, unlink_provider};
pub use signing_key::{PublicSigningKey, list_signing_keys};
pub use staff::{ListStaffError, StaffEntry, has_owner, list_staff, list_staff_names, list_staff_who_may};
pub use tokens_flow::{
    RefreshError, SignInProgram, SignInProgramError, TokenHolder, Tokens, authenticate_access_token, create_key_token,
    refresh_tokens_flow, revoke_tokens, sign_in_program_flow,
};
pub use verify_email::{LinkFollower, VerifyEmailError, verify_email};
pub use visit_provider_flow::{
    Departure, LeaveForProvider, LeaveForProviderError, ProviderProof, ReturnFromProvider, ReturnRefusal,
    ReturnRefused, leave_for_provider_flow, return_from_provider_flow,
};
pub use webauthn::{PasskeyFlaw, PasskeySite, SignedData};
