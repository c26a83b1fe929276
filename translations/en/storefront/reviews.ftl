# What shoppers say of products
rating-number = { $whole }.{ $tenth }
rating-spoken = { $whole }.{ $tenth } of 5 stars
rating-count = { $count ->
    [one] One review
   *[other] { $count } reviews
}
reviews-heading = Reviews
reviews-by-stars = Reviews by stars
reviews-of-them = { $count ->
    [one] review
   *[other] reviews
}
reviews-none = Nobody has reviewed this yet. If you have it, tell others what you think.
reviews-none-here = There are no reviews to show here.
reviews-show-all = Show all reviews
reviews-sort = Order
reviews-sort-newest = newest first
reviews-sort-helpful = most helpful first
reviews-sort-highest = most stars first
reviews-sort-lowest = fewest stars first
reviews-sort-button = Show
reviews-first-page = First page
reviews-more = More reviews
reviews-own-none = You have not reviewed anything yet. What you have bought can be reviewed from its order.
account-reviews = Reviews
review-stars = { $count ->
    [one] One star
   *[other] { $count } stars
}
review-write = Write a review
review-write-first = Write the first review
review-change = Change your review
review-of = Review of { $title }
review-order = Review what you bought
review-not-arrived = You can review it once it is on its way.
review-verified = Verified purchase
review-reply-of = { $store } answers:
review-helpful = Helpful
review-report = Report
review-photo = Photo { $number }
review-photo-of = Photo { $number } by { $name }
review-photo-keep = keep
review-photo-refused = { $name }: { $reason }
review-photos = Photos
review-photos-kept = Photos with your review
review-photos-hint = Up to { $count } pictures of 20 MB. Where they were taken is not kept.
review-how-many = How many stars do you give?
review-choose-stars = Please choose one to five stars.
review-title = Title
review-body = What do you think of it?
review-body-hint = What is good, what could be better, and for whom is it?
review-author = Name shown with it
review-author-hint = Everybody sees this name. Your e-mail address is not shown.
review-send = Send the review
review-delete = Delete
review-delete-ask = Delete this review?
review-keep = Keep it
review-wrong = This could not be sent yet. Please look at what is marked below; everything you typed is still here.
review-waiting = Your review waits for somebody of the store to look at it.
review-rejected = The store did not publish this review. You can change it and send it again. The reason it gave:
review-state-waiting = Waiting to be looked at
review-state-published = Published
review-state-rejected = Not published
review-closed-closed = This store takes no reviews at the moment.
review-closed-not-bought = Only those who bought this and got it can review it. When it has been sent to you, you can review it from your order or with the link in our mail.
review-closed-not-theirs = There is a review of this product with your e-mail address already. To change it, follow the link of the order it was written with, or sign in.
review-flash-published = Thank you. Your review is published.
review-flash-waiting = Thank you. Your review will appear once somebody has looked at it.
review-flash-deleted = The review is deleted.
review-flash-helpful = Thank you. It was counted.
review-flash-helpful-already = You have said so already.
review-flash-reported = Thank you. Somebody will look at it.
field-too-many-photos = A review has at most five pictures.
field-unknown-photo = One of the pictures is gone. Please add it again.
field-invalid-stars = Please choose one to five stars.
field-unsupported-file = This is no picture that the store takes, whatever its name says.
field-no-picture = This is not a picture.
field-file-too-large = This picture is larger than 20 MB.
field-broken-picture = This picture is damaged or not complete.
field-too-many-pixels = This picture has more than 50 million dots. Please make it smaller first.
field-unsafe-drawing = This drawing holds scripts or links, so it is not taken.
