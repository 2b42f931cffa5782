from django.urls import path

from objections.views import answers as views

urlpatterns = [
    path("themes/<int:pk>/answer/", views.answer_edit, name="answer_edit"),
    path("themes/<int:pk>/answer/<int:answer>/undo/", views.answer_undo, name="answer_undo"),
]
