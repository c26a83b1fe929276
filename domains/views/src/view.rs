//! A view, and the rules of its name and its owner.

use std::{fmt, str::FromStr};

use database::{Ctx, Error};
use kernel::{AccountId, Actor, FieldError, Forbidden, Permission};

/// The most views that one member of staff keeps of a list.
pub(crate) const MOST: i64 = 50;
/// The most characters of a name: tabs are short.
const LONGEST_NAME: usize = 40;
/// The most characters of a query.
const LONGEST_QUERY: usize = 1_000;

kernel::named! {
    /// A list of the desk that views are kept of.
    DeskList {
        /// Orders.
        Orders = "orders",
        /// Products.
        Products = "products",
        /// Customers.
        Customers = "customers",
    }
}

impl DeskList {
    /// What somebody needs to see the list.
    pub fn permission(self) -> Permission {
        match self {
            Self::Orders | Self::Customers => Permission::ReadOrders,
            Self::Products => Permission::ReadCatalog,
        }
    }
}

/// The number of a view among those of its store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct ViewNumber(pub(crate) i64);

impl fmt::Display for ViewNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ViewNumber {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A list as somebody keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its number in the store.
    pub number: ViewNumber,
    /// The list.
    pub list: DeskList,
    /// Whose it is.
    pub owner: AccountId,
    /// What the tab says.
    pub name: String,
    /// Filters and order, as the query of the list's address.
    pub query: String,
    /// Whether everybody who may see the list sees the view.
    pub shared: bool,
    /// Raised by every change.
    pub version: i64,
}

impl View {
    /// Whether this actor may change it.
    pub fn may_be_changed_by(&self, actor: &Actor) -> bool {
        owner(actor) == Some(self.owner) || (self.shared && actor.require(Permission::ManageStaff).is_ok())
    }
}

/// Why a view stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The actor may not see the list, or is nobody who keeps views.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name or the query breaks a rule.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// There is no such view that the actor may see and, for a change, may change.
    #[error("there is no such view")]
    NotFound,
    /// Somebody changed it in between.
    #[error("the view was changed by somebody else")]
    VersionConflict(Box<View>),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The account of a member of staff.
fn owner(actor: &Actor) -> Option<AccountId> {
    match actor {
        Actor::Staff { account, .. } => Some(*account),
        Actor::System | Actor::Guest | Actor::Customer { .. } | Actor::ApiKey { .. } => None,
    }
}

/// The member of staff who acts, if they may see the list.
pub(crate) fn keeper(ctx: &Ctx, list: DeskList) -> Result<AccountId, Forbidden> {
    ctx.require(list.permission())?;
    owner(ctx.actor()).ok_or(Forbidden {
        permission: list.permission(),
    })
}

/// A name without blanks around it.
pub(crate) fn checked_name(name: &str) -> Result<String, FieldError> {
    let name = name.trim();
    if name.is_empty() {
        Err(FieldError::required("name"))
    } else if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        let message = format!("may have at most {LONGEST_NAME} printable characters");
        Err(FieldError::new("name", "name_too_long", message))
    } else {
        Ok(name.to_owned())
    }
}

/// The owner has to make room first.
pub(crate) fn too_many() -> FieldError {
    let message = format!("there are {MOST} views of this list already: delete one first");
    FieldError::new("name", "too_many_views", message)
}

/// A query that fits into an address.
pub(crate) fn checked_query(query: &str) -> Result<(), FieldError> {
    if query.chars().count() > LONGEST_QUERY || query.chars().any(char::is_control) {
        let message = format!("may have at most {LONGEST_QUERY} printable characters");
        return Err(FieldError::new("query", "too_long", message));
    }
    Ok(())
}
