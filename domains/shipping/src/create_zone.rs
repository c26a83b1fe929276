//! Makes a zone.

use database::Ctx;
use kernel::{FieldError, Invalid, Permission, ZoneId};

use crate::{Region, SetupError, error::checked_name, events::tell_changed, store};

/// What a merchant says of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneTerms {
    /// What the merchant calls it; no other zone has that name.
    pub name: String,
    /// Where it reaches.
    pub regions: Vec<Region>,
}

impl ZoneTerms {
    pub(crate) fn checked(&self) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        let name = checked_name(&mut invalid, &self.name);
        if self.regions.is_empty() {
            invalid.push(FieldError::required("regions"));
        } else if self.regions.len() > 500 {
            invalid.push(FieldError::new("regions", "too_many", "may be at most 500"));
        }
        invalid.into_result()?;
        let mut regions = self.regions.clone();
        regions.dedup();
        Ok(Self { name, regions })
    }
}

/// Makes the zone, without any method.
pub async fn create_zone(ctx: &mut Ctx, terms: &ZoneTerms) -> Result<ZoneId, SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    store::zones::insert_zone(ctx, &terms.checked()?).await
}
