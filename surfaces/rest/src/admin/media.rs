//! `/admin/products/{id}/media` and `/admin/uploads/{id}`: a product's pictures and attachments, and files for them.

use axum::{
    RequestExt as _,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::StatusCode,
};
use catalog::{Attachment, AttachmentKind, Image, NewAttachment, NewImage, SetImagesError};
use http_body_util::BodyExt as _;
use kernel::{AttachmentId, ImageId, ProductId};
use media::{File, Medium, PutError, Upload};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema, openapi::Object};
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{done, products, tagged};
use crate::{
    Rest,
    endpoint::Endpoint,
    wire::{ids, present},
};

const TAG: &str = "Admin: products";
/// The largest file of all kinds, with which a body is cut off: a video.
const MAX_FILE_BYTES: usize = 257 * 1024 * 1024;

/// What a product's page shows beside its texts.
#[derive(Serialize, ToSchema)]
struct ProductMedia {
    /// The pictures in order; the first stands for the product in lists.
    images: Vec<MediaImage>,
    /// Videos, 360° sets, models and files in order.
    attachments: Vec<MediaAttachment>,
}

/// A picture of a product.
#[derive(Serialize, ToSchema)]
struct MediaImage {
    #[schema(value_type = ids::ImageId)]
    id: ImageId,
    url: String,
    /// What it shows, for those who do not see it.
    alt: String,
}

/// A video, 360° set, model or file of a product.
#[derive(Serialize, ToSchema)]
struct MediaAttachment {
    #[schema(value_type = ids::AttachmentId)]
    id: AttachmentId,
    /// `video`, `turn` (a 360° set), `model` or `file`.
    kind: &'static str,
    /// One address, or one for each picture of a turn.
    urls: Vec<String>,
    title: String,
    size_bytes: i64,
}

/// What became of a file: one of the two is there.
#[derive(Serialize, ToSchema)]
struct UploadedMedia {
    image: Option<MediaImage>,
    attachment: Option<MediaAttachment>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct UploadQuery {
    /// What a picture shows, or what a video, model or file is called.
    #[serde(default, deserialize_with = "present")]
    title: Option<String>,
}

/// An order, with new words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArrangeMedia {
    /// Every picture that shall stay, in order.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<ArrangedImage>, required = false, max_items = 250)]
    images: Option<Vec<ArrangedImage>>,
    /// Attachments in order; those that are not named come behind.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<ArrangedAttachment>, required = false, max_items = 50)]
    attachments: Option<Vec<ArrangedAttachment>>,
}

/// A picture in its new place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArrangedImage {
    #[schema(value_type = ids::ImageId)]
    id: ImageId,
    #[schema(max_length = 2000)]
    alt: String,
}

/// An attachment in its new place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArrangedAttachment {
    #[schema(value_type = ids::AttachmentId)]
    id: AttachmentId,
    #[schema(max_length = 500)]
    title: String,
}

impl From<Image> for MediaImage {
    fn from(image: Image) -> Self {
        Self {
            id: image.id,
            url: image.url,
            alt: image.alt,
        }
    }
}

impl From<Attachment> for MediaAttachment {
    fn from(attachment: Attachment) -> Self {
        Self {
            id: attachment.id,
            kind: attachment.kind.as_str(),
            urls: attachment.urls,
            title: attachment.title,
            size_bytes: attachment.size_bytes,
        }
    }
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("list_product_media", "/admin/products/{id}/media", list)
        .says(
            TAG,
            "List what a product shows",
            "Its pictures, videos, 360° sets, models and files.",
        )
        .guarded::<can::ReadCatalog>()
        .path_id::<ids::ProductId>("id", "The product.")
        .answers::<ProductMedia>(200, "What it shows; the ETag is the product's.")
        .tagged(200)
}

async fn list(api: Api<can::ReadCatalog>, Path(id): Path<ProductId>) -> Answer {
    let mut ctx = api.work.read();
    let (version, media) = of_product(&mut ctx, id).await?;
    Ok(tagged(StatusCode::OK, version, media))
}

/// The version of a product, and what it shows.
async fn of_product(ctx: &mut database::Ctx, id: ProductId) -> Result<(i64, ProductMedia), Problem> {
    let found = catalog::find_product_by_id(ctx, id)
        .await
        .map_err(|error| match error {
            catalog::FindError::Forbidden(error) => Problem::from(error),
            catalog::FindError::Internal(error) => error.into(),
        })?;
    let found = found.ok_or_else(Problem::not_found)?;
    let attachments = catalog::list_attachments(ctx, id).await?;
    let media = ProductMedia {
        images: found.images.into_iter().map(MediaImage::from).collect(),
        attachments: attachments.into_iter().map(MediaAttachment::from).collect(),
    };
    Ok((found.product.version, media))
}

pub(crate) fn upload_endpoint() -> Endpoint {
    Endpoint::post("upload_product_media", "/admin/uploads/{id}", upload)
        .layered(DefaultBodyLimit::max(MAX_FILE_BYTES))
        .says(
            TAG,
            "Add a file to a product",
            "Takes a picture (at most 20 MiB), a video (256 MiB), a model or a PDF (64 MiB each) as the body and puts it behind \
             what the product shows. Its bytes tell what it is. The same file again is not added twice.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::ProductId>("id", "The product.")
        .query::<UploadQuery>()
        .raw_body(
            &["application/octet-stream"],
            "The file.",
            Object::builder().content_media_type("application/octet-stream").build(),
        )
        .answers::<UploadedMedia>(201, "What it became; the ETag is the product's.")
        .tagged(201)
        .problem(422, "The file is none that is taken, too large for what it is, damaged or unsafe; `errors` tells which. Or a field is not valid.")
}

async fn upload(
    api: Api<can::WriteCatalog>,
    State(rest): State<Rest>,
    Path(id): Path<ProductId>,
    Query(query): Query<UploadQuery>,
    request: Request,
) -> Answer {
    let mut ctx = api.work.read();
    of_product(&mut ctx, id).await?;
    ctx.rollback().await;
    let mut upload = Upload::begin(rest.blobs.as_ref()).await.map_err(refused)?;
    let mut body = Body::new(request.into_limited_body());
    let mut written = Ok(());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_cut_off| broken())?;
        // What is refused is read to its end, for some programs hear nothing before they have said everything.
        if let (Ok(bytes), true) = (frame.into_data(), written.is_ok()) {
            written = upload.write(&bytes).await;
        }
    }
    written.map_err(refused)?;
    let file = upload.finish_flow(&api.work).await.map_err(refused)?;
    let mut ctx = api.work.write();
    let uploaded = attach(&mut ctx, id, file, query.title.unwrap_or_default())
        .await
        .map_err(problem)?;
    let (version, _media) = of_product(&mut ctx, id).await?;
    ctx.commit().await?;
    Ok(tagged(StatusCode::CREATED, version, uploaded))
}

async fn attach(
    ctx: &mut database::Ctx,
    id: ProductId,
    file: File,
    title: String,
) -> Result<UploadedMedia, SetImagesError> {
    let kind = match file.kind.medium() {
        Medium::Picture => {
            let new = NewImage {
                url: file.url,
                alt: title,
            };
            let image = catalog::add_image(ctx, id, new).await?;
            return Ok(UploadedMedia {
                image: Some(image.into()),
                attachment: None,
            });
        }
        Medium::Video => AttachmentKind::Video,
        Medium::Model => AttachmentKind::Model,
        Medium::Document => AttachmentKind::File,
    };
    let new = NewAttachment {
        kind,
        urls: vec![file.url],
        title,
        size_bytes: file.size_bytes,
    };
    let attachment = catalog::attach(ctx, id, new).await?;
    Ok(UploadedMedia {
        image: None,
        attachment: Some(attachment.into()),
    })
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("arrange_product_media", "/admin/products/{id}/media", patch)
        .says(
            TAG,
            "Arrange what a product shows",
            "Puts pictures and attachments in order and gives them words. A picture that is not named goes.",
        )
        .guarded::<can::WriteCatalog>()
        .path_id::<ids::ProductId>("id", "The product.")
        .idempotent()
        .if_match_of(false, products::IF_MATCH)
        .body::<ArrangeMedia>()
        .answers::<ProductMedia>(200, "What it shows now.")
        .tagged(200)
}

async fn patch(
    api: Api<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<ArrangeMedia>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        products::expect_version(ctx, id, version).await?;
        let (_version, shown) = of_product(ctx, id).await?;
        if let Some(wanted) = body.images {
            let mut images = Vec::with_capacity(wanted.len());
            for (index, wanted) in wanted.into_iter().enumerate() {
                let known = shown.images.iter().find(|image| image.id == wanted.id);
                let known = known.ok_or_else(|| {
                    Problem::field(format!("images.{index}.id"), "unknown", "is no picture of the product")
                })?;
                images.push(NewImage {
                    url: known.url.clone(),
                    alt: wanted.alt,
                });
            }
            catalog::set_images(ctx, id, images).await.map_err(problem)?;
        }
        if let Some(wanted) = body.attachments {
            let wanted = wanted.into_iter().map(|wanted| (wanted.id, wanted.title)).collect();
            catalog::arrange_attachments(ctx, id, wanted).await.map_err(problem)?;
        }
        let (version, media) = of_product(ctx, id).await?;
        Ok(tagged(StatusCode::OK, version, media))
    })
    .await
}

pub(crate) fn remove_image_endpoint() -> Endpoint {
    Endpoint::delete(
        "remove_product_image",
        "/admin/products/{id}/images/{image}",
        remove_image,
    )
    .says(
        TAG,
        "Remove a picture",
        "Takes a picture off the product and its variants.",
    )
    .guarded::<can::WriteCatalog>()
    .path_id::<ids::ProductId>("id", "The product.")
    .path_id::<ids::ImageId>("image", "The picture.")
    .idempotent()
    .if_match_of(false, products::IF_MATCH)
    .answers_nothing(204, "It is gone.")
    .tagged(204)
}

async fn remove_image(
    api: Api<can::WriteCatalog>,
    Path((id, image)): Path<(ProductId, ImageId)>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        products::expect_version(ctx, id, version).await?;
        catalog::remove_image(ctx, id, image).await.map_err(problem)?;
        let (version, _media) = of_product(ctx, id).await?;
        Ok(done(version))
    })
    .await
}

pub(crate) fn detach_endpoint() -> Endpoint {
    Endpoint::delete(
        "remove_product_attachment",
        "/admin/products/{id}/attachments/{attachment}",
        detach,
    )
    .says(
        TAG,
        "Remove an attachment",
        "Takes a video, 360° set, model or file off the product.",
    )
    .guarded::<can::WriteCatalog>()
    .path_id::<ids::ProductId>("id", "The product.")
    .path_id::<ids::AttachmentId>("attachment", "The attachment.")
    .idempotent()
    .if_match_of(false, products::IF_MATCH)
    .answers_nothing(204, "It is gone.")
    .tagged(204)
}

async fn detach(
    api: Api<can::WriteCatalog>,
    Path((id, attachment)): Path<(ProductId, AttachmentId)>,
    version: Result<IfMatch, Problem>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    let IfMatch(version) = version?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        products::expect_version(ctx, id, version).await?;
        catalog::detach(ctx, id, attachment).await.map_err(problem)?;
        let (version, _media) = of_product(ctx, id).await?;
        Ok(done(version))
    })
    .await
}

fn broken() -> Problem {
    let detail = "The body ended before it was complete, or is larger than any file that is taken.";
    Problem::new(StatusCode::BAD_REQUEST, "broken_body", detail)
}

fn refused(error: PutError) -> Problem {
    match (error.code(), error) {
        (Some(code), error) => Problem::field("file", code, error.to_string()),
        (None, PutError::Internal(error)) => error.into(),
        (None, error) => Problem::internal(&error),
    }
}

fn problem(error: SetImagesError) -> Problem {
    match error {
        SetImagesError::Forbidden(error) => error.into(),
        SetImagesError::NotFound => Problem::not_found(),
        SetImagesError::Invalid(invalid) => invalid.into(),
        SetImagesError::Internal(error) => error.into(),
    }
}
