//! What each role of staff may do.

use kernel::Permission;

/// A member of staff's role in a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// May do everything.
    Owner,
    /// Runs the shop, without settings, staff, API keys and the logs of mails and changes.
    Manager,
    /// Answers customers and ships.
    Support,
}

/// The table of roles. Only owners read the log of mails: with a reset link from it one could sign in as anybody.
const ROLES: &[(Role, &str, &[Permission])] = &[
    (Role::Owner, "owner", Permission::ALL),
    (
        Role::Manager,
        "manager",
        &[
            Permission::ReadCatalog,
            Permission::WriteCatalog,
            Permission::AdjustStock,
            Permission::ReadOrders,
            Permission::FulfilOrders,
            Permission::CancelOrders,
            Permission::RefundOrders,
            Permission::WriteCoupons,
            Permission::ModerateReviews,
            Permission::WriteContent,
            Permission::RunImports,
            Permission::ManageJobs,
        ],
    ),
    (
        Role::Support,
        "support",
        &[
            Permission::ReadCatalog,
            Permission::ReadOrders,
            Permission::FulfilOrders,
            Permission::ModerateReviews,
        ],
    ),
];

impl Role {
    /// Every role, the mightiest first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Manager, Self::Support];

    /// The name in the database and in commands.
    pub fn as_str(self) -> &'static str {
        ROLES
            .iter()
            .find(|(role, ..)| *role == self)
            .map(|(_, name, _)| *name)
            .unwrap_or_default()
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        ROLES
            .iter()
            .find(|(_, known, _)| *known == name)
            .map(|(role, ..)| *role)
    }

    /// What members of staff with this role may do.
    pub fn permissions(self) -> &'static [Permission] {
        ROLES
            .iter()
            .find(|(role, ..)| *role == self)
            .map(|(.., permissions)| *permissions)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_stands_in_the_table_and_each_may_do_less_than_the_one_before() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert!(role.permissions().contains(&Permission::ReadOrders));
        }
        for pair in Role::ALL.windows(2) {
            assert!(
                pair[1]
                    .permissions()
                    .iter()
                    .all(|permission| pair[0].permissions().contains(permission))
            );
            assert!(pair[1].permissions().len() < pair[0].permissions().len());
        }
    }

    #[test]
    fn only_owners_may_take_over_accounts() {
        for permission in [
            Permission::ReadMessages,
            Permission::ManageSettings,
            Permission::ManageStaff,
            Permission::ReadAudit,
        ] {
            let holders: Vec<Role> = Role::ALL
                .into_iter()
                .filter(|role| role.permissions().contains(&permission))
                .collect();
            assert_eq!(holders, [Role::Owner], "{permission:?}");
        }
    }
}
