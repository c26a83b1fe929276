//! Staff define what the store says of its products.

use database::{Ctx, OnConstraint as _};
use kernel::{AttributeId, CategoryId, FieldError, Invalid, Permission};

use crate::{
    Attribute, AttributeKind, AttributeTerms, events::AttributeShownChanged, known_categories,
    needs::tell_display_changed, store,
};

/// An attribute to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttribute {
    /// The name of its values in a product's attributes; the attribute's name when it is empty. Values that products have
    /// under it become its values.
    pub code: String,
    /// What the values are, for good.
    pub kind: AttributeKind,
    /// The rest.
    pub terms: AttributeTerms,
}

/// Why an attribute is not made, changed or taken away.
#[derive(Debug, thiserror::Error)]
pub enum AttributeError {
    /// The actor may not change the catalogue.
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    /// There is no such attribute.
    #[error("there is no such attribute")]
    NotFound,
    /// Somebody else changed it since.
    #[error("the attribute was changed since and has version {current} now")]
    VersionConflict {
        /// The version it has now.
        current: i64,
    },
    /// Another attribute has the code.
    #[error("another attribute has that code")]
    CodeTaken,
    /// Fields break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Makes the attribute, behind the others.
pub async fn create_attribute(ctx: &mut Ctx, new: NewAttribute) -> Result<Attribute, AttributeError> {
    ctx.require(Permission::WriteCatalog)?;
    let terms = trimmed(new.terms);
    let code = Some(new.code.trim()).filter(|code| !code.is_empty());
    let attribute = Attribute {
        id: ctx.new_id(),
        code: code.unwrap_or(&terms.name).to_owned(),
        kind: new.kind,
        terms,
        version: 1,
    };
    let mut invalid = Invalid::default();
    attribute.check(&mut invalid);
    check_categories(ctx, &mut invalid, &attribute.terms, &[]).await?;
    invalid.into_result()?;
    store::attributes::insert(ctx, &attribute)
        .await
        .on_constraint("attributes_code_key", || AttributeError::CodeTaken)?;
    if attribute.terms.shown {
        tell_display_changed(ctx, attribute.id).await?;
    } else {
        tell_shown_changed(ctx, attribute.id).await?;
    }
    Ok(attribute)
}

/// Free values are shown, so that a hidden attribute hides and bares by being made and taken away.
pub(crate) async fn tell_shown_changed(ctx: &mut Ctx, attribute_id: AttributeId) -> Result<(), database::Error> {
    ctx.publish(&AttributeShownChanged { attribute_id }).await?;
    Ok(())
}

/// Notes when a category is gone that it did not have before.
pub(crate) async fn check_categories(
    ctx: &mut Ctx,
    invalid: &mut Invalid,
    terms: &AttributeTerms,
    before: &[CategoryId],
) -> Result<(), database::Error> {
    let wanted = terms.category_ids.iter().filter(|id| !before.contains(id));
    let added: Vec<CategoryId> = wanted.copied().collect();
    let known = known_categories(ctx, &added).await?;
    if added.iter().any(|id| !known.contains(id)) {
        invalid.push(FieldError::new("category_ids", "gone", "one of them is gone"));
    }
    Ok(())
}

/// The terms without blanks around their words.
pub(crate) fn trimmed(terms: AttributeTerms) -> AttributeTerms {
    let all = |texts: Vec<String>| texts.iter().map(|text| text.trim().to_owned()).collect();
    AttributeTerms {
        name: terms.name.trim().to_owned(),
        unit: terms.unit.trim().to_owned(),
        choices: all(terms.choices),
        product_types: all(terms.product_types),
        ..terms
    }
}
