//! What other domains hear of accounts. No event holds a secret.

use database::Event;
use kernel::{AccountId, EmailAddress, InvitationId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! account_events {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub struct $name {
            /// The account it is about.
            pub account_id: AccountId,
            /// Its e-mail address.
            pub email: EmailAddress,
            /// The language its owner was using, as a code such as `en`.
            pub locale: String,
        }

        impl Event for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> Uuid {
                self.account_id.into()
            }
        }
    )*};
}

account_events! {
    /// Somebody registered with a new e-mail address.
    AccountRegistered = "account.registered";
    /// Somebody tried to register with an address that has an account.
    AccountRegisteredAgain = "account.registered_again";
    /// The owner wants the verification mail once more.
    VerificationRequested = "account.verification_requested";
    /// The owner proved to read mails to the address. Orders that a guest placed with it may now be shown.
    AccountVerified = "account.verified";
    /// Somebody forgot the password.
    ResetRequested = "account.reset_requested";
    /// The password is a new one.
    PasswordChanged = "account.password_changed";
}

/// Somebody was asked to join the staff.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StaffInvited {
    /// The invitation; the mail's secret is made for it.
    pub invitation_id: InvitationId,
    /// Where the mail goes.
    pub email: EmailAddress,
    /// The name of whoever is invited.
    pub name: String,
    /// For how many days the link works.
    pub valid_days: i64,
    /// The language of whoever invited, as a code such as `en`.
    pub locale: String,
}

impl Event for StaffInvited {
    const KIND: &'static str = "staff.invited";

    fn aggregate(&self) -> Uuid {
        self.invitation_id.into()
    }
}
