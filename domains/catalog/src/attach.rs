//! Staff attach videos, 360° sets, models and files to a product, order them and take them off.

use database::Ctx;
use kernel::{AttachmentId, FieldError, Invalid, Permission, ProductId};

use crate::{
    Attachment, AttachmentKind, SetImagesError,
    input::check_attachment,
    needs,
    set_images::{lock, tell_parts_changed},
    store,
};

/// The fewest and the most pictures of a turn.
const TURN: std::ops::RangeInclusive<usize> = 2..=120;
/// The most attachments of a product.
const MOST: usize = 50;

/// Something to attach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// What it is.
    pub kind: AttachmentKind,
    /// Where it is: one address, or one for each picture of a turn.
    pub urls: Vec<String>,
    /// What it is called.
    pub title: String,
    /// How much there is to load.
    pub size_bytes: i64,
}

/// What a product's page shows beside its pictures, in order.
pub async fn list_attachments(ctx: &mut Ctx, id: ProductId) -> Result<Vec<Attachment>, database::Error> {
    ctx.note(&needs::products(ctx, &[id]));
    store::attachments::list(ctx, id).await
}

/// Attaches something behind what is there. What is attached already stays as it is.
pub async fn attach(ctx: &mut Ctx, id: ProductId, new: NewAttachment) -> Result<Attachment, SetImagesError> {
    ctx.require(Permission::WriteCatalog)?;
    let mut invalid = Invalid::default();
    check_attachment(&mut invalid, &new.urls, &new.title);
    let is_turn = new.kind == AttachmentKind::Turn;
    if is_turn && !TURN.contains(&new.urls.len()) {
        invalid.push(FieldError::new("urls", "turn_length", "a turn has 2 to 120 pictures"));
    } else if !is_turn && new.urls.len() != 1 {
        invalid.push(FieldError::new("urls", "one_file", "must be one file"));
    }
    invalid.into_result()?;
    let product = lock(ctx, id).await?;
    let there = store::attachments::list(ctx, id).await?;
    if let Some(same) = there.iter().find(|attachment| attachment.urls == new.urls) {
        return Ok(same.clone());
    }
    if there.len() >= MOST {
        let full = FieldError::new("urls", "too_many_attachments", "a product has at most 50 attachments");
        return Err(Invalid::from(full).into());
    }
    let attached = store::attachments::insert(ctx, id, &new).await?;
    tell_parts_changed(ctx, product).await?;
    Ok(attached)
}

/// Gives attachments titles and an order. What is not named keeps its title and comes behind.
pub async fn arrange_attachments(
    ctx: &mut Ctx,
    id: ProductId,
    wanted: Vec<(AttachmentId, String)>,
) -> Result<Vec<Attachment>, SetImagesError> {
    ctx.require(Permission::WriteCatalog)?;
    let mut invalid = Invalid::default();
    for (index, (_, title)) in wanted.iter().enumerate() {
        crate::input::check_text(&mut invalid, &format!("attachments.{index}.title"), title, 500);
    }
    invalid.into_result()?;
    let product = lock(ctx, id).await?;
    store::attachments::arrange(ctx, id, &wanted).await?;
    tell_parts_changed(ctx, product).await?;
    Ok(store::attachments::list(ctx, id).await?)
}

/// Takes an attachment off its product.
pub async fn detach(ctx: &mut Ctx, id: ProductId, attachment: AttachmentId) -> Result<(), SetImagesError> {
    ctx.require(Permission::WriteCatalog)?;
    let product = lock(ctx, id).await?;
    if !store::attachments::delete(ctx, id, attachment).await? {
        return Err(SetImagesError::NotFound);
    }
    Ok(tell_parts_changed(ctx, product).await?)
}
