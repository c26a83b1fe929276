//! Who is acting, and what they may do.

use crate::{AccountId, ApiKeyId, CustomerId};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Something a member of staff or an API key may be allowed to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[$doc])* $name,)*
        }

        impl Permission {
            /// Every permission, in the order roles list them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name in API scopes and settings, such as `orders:read`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// The permission of that name.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

permissions! {
    /// See products that are not published, costs and stock.
    ReadCatalog = "catalog:read",
    /// Create and change products, categories and collections.
    WriteCatalog = "catalog:write",
    /// Change stock.
    AdjustStock = "stock:write",
    /// See orders and customers.
    ReadOrders = "orders:read",
    /// Ship orders and change their notes.
    FulfilOrders = "orders:fulfil",
    /// Cancel orders.
    CancelOrders = "orders:cancel",
    /// Give money back.
    RefundOrders = "orders:refund",
    /// Create and change coupons.
    WriteCoupons = "coupons:write",
    /// Read what shoppers say of products, publish it, reject it and answer it.
    ModerateReviews = "reviews:moderate",
    /// Write pages, arrange menus and compose the home page.
    WriteContent = "content:write",
    /// Import catalogues.
    RunImports = "imports:run",
    /// Read the log of mails.
    ReadMessages = "messages:read",
    /// See and restart background work.
    ManageJobs = "jobs:manage",
    /// Change settings and API keys.
    ManageSettings = "settings:manage",
    /// Invite, change and deactivate members of staff, and make roles.
    ManageStaff = "staff:manage",
    /// Read who changed what.
    ReadAudit = "audit:read",
}

/// Who is acting.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Souk itself: a worker, a command, a migration.
    System,
    /// A shopper who is not signed in.
    Guest,
    /// A signed-in shopper.
    Customer {
        /// The account that signed in.
        account: AccountId,
        /// The customer it belongs to.
        customer: CustomerId,
    },
    /// A member of staff.
    Staff {
        /// The account that signed in.
        account: AccountId,
        /// What they may do.
        permissions: Vec<Permission>,
    },
    /// A server with an API key.
    ApiKey {
        /// The key.
        key: ApiKeyId,
        /// What it may do.
        permissions: Vec<Permission>,
    },
}

/// The actor may not do this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this needs the permission {}", permission.as_str())]
pub struct Forbidden {
    /// The permission that is missing.
    pub permission: Permission,
}

impl Actor {
    /// Refuses actors without the permission. Souk itself may do everything.
    pub fn require(&self, permission: Permission) -> Result<(), Forbidden> {
        let allowed = match self {
            Self::System => true,
            Self::Guest | Self::Customer { .. } => false,
            Self::Staff { permissions, .. } | Self::ApiKey { permissions, .. } => permissions.contains(&permission),
        };
        if allowed { Ok(()) } else { Err(Forbidden { permission }) }
    }

    /// The signed-in customer, if the actor is one.
    pub fn customer(&self) -> Option<CustomerId> {
        match self {
            Self::Customer { customer, .. } => Some(*customer),
            Self::System | Self::Guest | Self::Staff { .. } | Self::ApiKey { .. } => None,
        }
    }

    /// How the actor appears in ledgers and timelines, such as `staff acc_…`.
    pub fn label(&self) -> String {
        match self {
            Self::System => "system".to_owned(),
            Self::Guest => "guest".to_owned(),
            Self::Customer { customer, .. } => format!("customer {customer}"),
            Self::Staff { account, .. } => format!("staff {account}"),
            Self::ApiKey { key, .. } => format!("api key {key}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_may_nothing_and_the_system_everything() {
        for permission in Permission::ALL {
            assert_eq!(
                Actor::Guest.require(*permission),
                Err(Forbidden {
                    permission: *permission
                })
            );
            assert_eq!(Actor::System.require(*permission), Ok(()));
            assert_eq!(Permission::parse(permission.as_str()), Some(*permission));
        }
    }
}
