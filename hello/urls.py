"""The routes of stages 1 and 2, and of the pages."""

from django.urls import path, register_converter

from hello import stage_views, views
from hello.converters import NameConverter
from hello.trail import trail

register_converter(NameConverter, "name")

urlpatterns = [
    path("", views.home, name="home"),
    path("hello/", views.hello, name="hello"),
    path("hello/<name:name>/", views.hello, name="hello-name"),
    path("stages/trail/<str:request_id>/", trail, name="trail"),
    path("stages/<slug:slug>/", stage_views.stage, name="stage"),
    path("source/<path:name>", stage_views.source, name="source"),
    path("account/<slug:page>/", views.account, name="account"),
    path("problems/", views.problems, name="problems"),
    path("problems/<slug:slug>/", views.problem, name="problem"),
]
