#![doc = include_str!("../README.md")]

mod account;
mod api_key;
mod authenticate;
mod authenticate_api_key;
mod change_password_flow;
mod check;
mod create_api_key;
mod create_staff;
mod delete_expired;
mod events;
mod lockout;
mod mail_token;
mod password;
mod register;
mod replace_password;
mod request_password_reset;
mod request_verification;
mod reset_password_flow;
mod role;
mod secret;
mod session;
mod sign_in_flow;
mod store;
#[cfg(test)]
mod testing;
mod verify_email;

pub use account::{Account, find_account, find_account_by_id};
pub use api_key::{ApiKey, ApiKeyError, list_api_keys, revoke_api_key};
pub use authenticate::{Authenticated, Staff, authenticate, keep_session};
pub use authenticate_api_key::{AuthenticatedKey, authenticate_api_key, record_api_key_use};
pub use change_password_flow::{ChangePassword, ChangePasswordError, change_password_flow};
pub use check::{check, count_owners};
pub use create_api_key::{CreateApiKeyError, create_api_key};
pub use create_staff::{CreateStaffError, NewStaff, create_staff};
pub use delete_expired::delete_expired;
pub use events::{
    AccountRegistered, AccountRegisteredAgain, AccountVerified, PasswordChanged, ResetRequested, VerificationRequested,
};
pub use mail_token::{MailPurpose, create_mail_token};
pub use password::{HashingFailed, NewPassword, PasswordHash};
pub use register::{Register, Registered, register};
pub use replace_password::{ReplacePasswordError, replace_password};
pub use request_password_reset::request_password_reset;
pub use request_verification::request_verification;
pub use reset_password_flow::{ResetPassword, ResetPasswordError, reset_password_flow};
pub use role::Role;
pub use secret::Secret;
pub use session::{sign_out, sign_out_everywhere};
pub use sign_in_flow::{SignIn, SignInError, SignedIn, sign_in_flow};
pub use verify_email::{VerifyEmailError, verify_email};
