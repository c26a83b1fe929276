//! The role a member of staff has: one of the three of every store, or one that the store made itself.

use database::{Ctx, Error};
use kernel::{Forbidden, Permission, RoleId};

use crate::{Role, store};

/// Which role, as forms and commands name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleChoice {
    /// A role that every store has.
    BuiltIn(Role),
    /// A role made of permissions.
    Own(RoleId),
}

/// A role with what it allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignedRole {
    /// Which one.
    pub choice: RoleChoice,
    /// What a role of the store's own is called; the code of the others, such as `owner`.
    pub name: String,
    /// What it allows.
    pub permissions: Vec<Permission>,
}

impl RoleChoice {
    /// Reads `owner`, `manager`, `support` or the id of a role.
    pub fn parse(text: &str) -> Option<Self> {
        Role::parse(text)
            .map(Self::BuiltIn)
            .or_else(|| text.parse().ok().map(Self::Own))
    }

    /// The text that [`RoleChoice::parse`] reads.
    pub fn code(self) -> String {
        match self {
            Self::BuiltIn(role) => role.as_str().to_owned(),
            Self::Own(id) => id.to_string(),
        }
    }

    /// What the tables hold: a word, and the id of a role of the store's own.
    pub(crate) fn columns(self) -> (&'static str, Option<RoleId>) {
        match self {
            Self::BuiltIn(role) => (role.as_str(), None),
            Self::Own(id) => ("own", Some(id)),
        }
    }
}

impl From<Role> for AssignedRole {
    fn from(role: Role) -> Self {
        Self {
            choice: RoleChoice::BuiltIn(role),
            name: role.as_str().to_owned(),
            permissions: role.permissions().to_vec(),
        }
    }
}

impl AssignedRole {
    pub(crate) fn is_owner(&self) -> bool {
        self.choice == RoleChoice::BuiltIn(Role::Owner)
    }
}

/// The role of that choice, unless there is none.
pub(crate) async fn find(ctx: &mut Ctx, choice: RoleChoice) -> Result<Option<AssignedRole>, Error> {
    match choice {
        RoleChoice::BuiltIn(role) => Ok(Some(role.into())),
        RoleChoice::Own(id) => store::find_role(ctx, id).await,
    }
}

/// Refuses actors who may not manage staff, or lack any of the permissions it is about: nobody grants or takes more than
/// they hold.
pub(crate) fn require(ctx: &Ctx, permissions: &[Permission]) -> Result<(), Forbidden> {
    ctx.require(Permission::ManageStaff)?;
    permissions.iter().try_for_each(|permission| ctx.require(*permission))
}
