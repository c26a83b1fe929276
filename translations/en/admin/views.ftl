# Lists as somebody keeps them
admin-views = Views
admin-view-whole = All
admin-view-keep = Keep this view
admin-view-change = Change this view
admin-view-name-hint = What the tab above the list says.
admin-field-shared = Everybody who may see the list sees this view
admin-view-delete = Delete this view
admin-view-deleted = The view is deleted.
admin-view-restore = Bring it back
admin-view-restored = The view is back.
admin-view-changed-meanwhile = Somebody changed this view while you did. Look at both, and save again to keep yours.
admin-wrong-name-too-long = At most 40 printable characters, please.
admin-wrong-too-many-views = There are 50 views of this list already. Delete one first.
