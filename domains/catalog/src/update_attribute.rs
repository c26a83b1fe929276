//! Staff change what an attribute says, put it elsewhere among the others, or take it away.

use database::Ctx;
use kernel::{AttributeId, Invalid, Permission};

use crate::{
    Attribute, AttributeError, AttributeTerms, Direction,
    create_attribute::{check_categories, tell_shown_changed, trimmed},
    needs::tell_display_changed,
    store,
};

/// A change of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateAttribute {
    /// Which.
    pub id: AttributeId,
    /// The version the change was made on; `None` takes any.
    pub expected_version: Option<i64>,
    /// All of its terms.
    pub terms: AttributeTerms,
}

/// Replaces the attribute's terms and answers with it as it is then. Values that no longer fit stay until somebody saves their
/// product.
pub async fn update_attribute(ctx: &mut Ctx, update: UpdateAttribute) -> Result<Attribute, AttributeError> {
    ctx.require(Permission::WriteCatalog)?;
    let before = lock(ctx, update.id, update.expected_version).await?;
    let (shown_before, name_before) = (before.terms.shown, before.terms.name.clone());
    let categories_before = before.terms.category_ids.clone();
    let after = Attribute {
        terms: trimmed(update.terms),
        version: before.version.saturating_add(1),
        ..before
    };
    let mut invalid = Invalid::default();
    after.check(&mut invalid);
    check_categories(ctx, &mut invalid, &after.terms, &categories_before).await?;
    invalid.into_result()?;
    store::attributes::update(ctx, &after).await?;
    let is_chosen_by_another_name = after.kind.chooses() && after.terms.name != name_before;
    if after.terms.shown != shown_before || is_chosen_by_another_name {
        tell_shown_changed(ctx, after.id).await?;
    } else {
        tell_display_changed(ctx, after.id).await?;
    }
    Ok(after)
}

/// Changes places with the neighbour; at the end of the row nothing happens. All are locked, so that two moves follow each
/// other.
pub async fn move_attribute(ctx: &mut Ctx, id: AttributeId, direction: Direction) -> Result<(), AttributeError> {
    ctx.require(Permission::WriteCatalog)?;
    let mut row = store::attributes::lock_order(ctx).await?;
    let place = row.iter().position(|one| *one == id).ok_or(AttributeError::NotFound)?;
    let other = match direction {
        Direction::Up => place.saturating_sub(1),
        Direction::Down => place.saturating_add(1),
    };
    if other < row.len() {
        row.swap(place, other);
    }
    store::attributes::place(ctx, &row).await?;
    Ok(tell_display_changed(ctx, id).await?)
}

/// Takes the attribute away. The products keep its values, as free ones, which shoppers see.
pub async fn delete_attribute(
    ctx: &mut Ctx,
    id: AttributeId,
    expected_version: Option<i64>,
) -> Result<(), AttributeError> {
    ctx.require(Permission::WriteCatalog)?;
    let before = lock(ctx, id, expected_version).await?;
    store::attributes::delete(ctx, id).await?;
    if before.terms.shown {
        tell_display_changed(ctx, id).await?;
    } else {
        tell_shown_changed(ctx, id).await?;
    }
    Ok(())
}

async fn lock(ctx: &mut Ctx, id: AttributeId, expected_version: Option<i64>) -> Result<Attribute, AttributeError> {
    let before = store::attributes::lock(ctx, id)
        .await?
        .ok_or(AttributeError::NotFound)?;
    if expected_version.is_some_and(|version| version != before.version) {
        return Err(AttributeError::VersionConflict {
            current: before.version,
        });
    }
    Ok(before)
}
